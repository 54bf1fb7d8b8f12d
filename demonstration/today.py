"""Today: the cases that make the desks live, due within minutes and hours of being loaded.

Exactly one is late. Every state is among them, so that even a small demonstration has them all.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from accounts.roles import Role
from demonstration import clocks, moves
from demonstration.following import attempt, book_visit, end_visit
from demonstration.one_day import TaleOf, Today
from demonstration.out_now import out_now
from demonstration.stories import EMERGENCY, Tale, from_partner, onward, send
from demonstration.words import NOTES
from directory.areas import HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL
from directory.clock_reasons import ChangeKind, PauseReason
from directory.contact import AttemptOutcome, DirectContact, VenueKind, VisitOutcome
from directory.harm import HarmStrand, Need, RiskBand
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
from referrals.models.referral import Question

_H, _N = HarmStrand, Need


def _waits(due_in: float, **facts: Any) -> "Scene":
    return lambda today: today.sent(due_in, **facts)


def _booked(due_in: float, hour: int, adviser: int, *, second: bool = False) -> "Scene":
    def scene(today: Today) -> Tale:
        tale, by, at = today.taken(due_in, adviser=adviser)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        staff = today.advisers(tale)
        workers = [by, staff[adviser + 1]] if second else [by]
        attempt(tale.follow, by, at + timedelta(minutes=9), AttemptOutcome.SPOKE)
        venue = VenueKind.HOME if second else VenueKind.PARTNER_OFFICE
        book_visit(tale.follow, workers, today.hour(hour), at + timedelta(minutes=15), venue)
        return tale

    return scene


def _unassigned(due_in: float) -> "Scene":
    return lambda today: today.taken(due_in, assign=False)[0]


def _tried(due_in: float, outcome: AttemptOutcome, times: int) -> "Scene":
    def scene(today: Today) -> Tale:
        tale, by, at = today.taken(due_in, risk_band=RiskBand.HIGH)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        for turn in range(times):
            attempt(tale.follow, by, at + timedelta(minutes=20 + 40 * turn), outcome)
        return tale

    return scene


def _asked(due_in: float, question: Question, *, answered: bool = False) -> "Scene":
    def scene(today: Today) -> Tale:
        tale = today.sent(due_in, contact=DirectContact.HELD, safe_windows=())
        at = tale.referral.created_at + (today.now - tale.referral.created_at) / 3
        moves.ask(today.book, tale.referral, today.advisers(tale)[0], at, question)
        if answered:
            moves.answer(today.book, tale.referral, at + timedelta(minutes=11))
        return tale

    return scene


def _on_to(need: Need, *, mine: bool = False, strand: HarmStrand | None = None) -> "Scene":
    """Visited, and referred on; the service has not answered yet."""

    def scene(today: Today) -> Tale:
        strands: dict[str, Any] = {"harm_strands": (strand,)} if strand else {}
        tale, by, at = today.visited(60 * 10, mine=mine, **strands)
        onward(tale, by, at + timedelta(minutes=30), need)
        return tale

    return scene


def _answered(need: Need, ending: str, *, mine: bool = False) -> "Scene":
    """Visited two days ago, referred on, and answered by the service."""

    def scene(today: Today) -> Tale:
        tale, by, at = today.visited(-60 * 24, mine=mine)
        child = onward(tale, by, at + timedelta(hours=1), need)
        if child is None:
            return tale
        worker = tale.worker(child.receiving_agency.code)
        at += timedelta(hours=5)
        if ending == "declined":
            moves.decline(today.book, child, worker, at, DeclineReason.NO_CAPACITY)
            return tale
        if ending == "superseded":
            moves.decline(today.book, child, worker, at, DeclineReason.BETTER_PLACED)
            onward(tale, by, at + timedelta(hours=1))
            moves.supersede(today.book, child, by, at + timedelta(hours=1))
            return tale
        moves.accept(today.book, child, worker, at)
        today.book.note(worker, at, tale.dice.choice(NOTES))
        if ending == "withdrawn":
            reason = WithdrawalReason.CONSENT_WITHDRAWN
            moves.withdraw(today.book, child, by, at + timedelta(hours=2), reason)
        if ending == "closed":
            moves.close(today.book, child, worker, at + timedelta(hours=3), ClosureReason.PLANNED)
        return tale

    return scene


def _emergency(due_in: float, *, approved: bool) -> "Scene":
    def scene(today: Today) -> Tale:
        tale = today.sent(due_in, consent=EMERGENCY, risk_band=RiskBand.HIGH)
        if approved:
            sergeant = today.book.world.who("merseyside-police", Role.SUPERVISOR)[0]
            at = tale.referral.created_at + timedelta(minutes=25)
            moves.approve(today.book, tale.referral, sergeant, at)
            by = today.advisers(tale)[0]
            moves.accept(today.book, tale.referral, by, at + timedelta(minutes=20))
        return tale

    return scene


def _draft(minutes_ago: float, *, mine: bool) -> "Scene":
    return lambda today: today.drafted(60 * 24 - minutes_ago, mine=mine)


def _withdrawn(today: Today) -> Tale:
    tale = today.sent(60 * 18)
    at = tale.referral.created_at + timedelta(minutes=10)
    reason = WithdrawalReason.SENT_IN_ERROR
    moves.withdraw(today.book, tale.referral, tale.referral.sent_by, at, reason)
    return tale


def _declined(today: Today) -> Tale:
    tale = today.sent(60 * 15)
    at = tale.referral.created_at + timedelta(hours=1)
    by = today.advisers(tale)[0]
    moves.decline(today.book, tale.referral, by, at, DeclineReason.CLIENT_DECLINED)
    return tale


def _wants_no_visit(today: Today) -> Tale:
    tale, by, at = today.taken(60 * 4)
    assert tale.follow is not None  # noqa: S101 -- the police were there
    attempt(tale.follow, by, at + timedelta(minutes=30), AttemptOutcome.DECLINED)
    visit = book_visit(tale.follow, [by], at + timedelta(hours=1), at)
    end_visit(tale.follow, visit, VisitOutcome.DECLINED, at + timedelta(minutes=31))
    reason = ClosureReason.CLIENT_DECLINED
    moves.close(today.book, tale.referral, by, at + timedelta(hours=1), reason)
    return tale


def _paused(due_in: float, hours: float) -> "Scene":
    def scene(today: Today) -> Tale:
        tale, by, at = today.taken(due_in)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        at += timedelta(minutes=25)
        review_at = today.now + timedelta(hours=hours)
        clocks.pause(tale.follow, by, at, PauseReason.NOT_ALONE, review_at)
        return tale

    return scene


def _released(due_in: float) -> "Scene":
    def scene(today: Today) -> Tale:
        tale, _, at = today.taken(due_in, risk_band=RiskBand.HIGH)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        at += (today.now - at) / 2
        clocks.report_change(tale.follow, tale.referral.sent_by, at, ChangeKind.RELEASED_ON_BAIL)
        return tale

    return scene


def _from(source: ReferralSource) -> "Scene":
    def scene(today: Today) -> Tale:
        tale = from_partner(today.tale_of, source, today.now - timedelta(hours=3))
        send(tale)
        return tale

    return scene


Scene = Callable[[Today], Tale]
_L, _W = LIVERPOOL.code, WIRRAL.code
SCENES: Final[tuple[tuple[str, Scene], ...]] = (
    (_L, _waits(18, mine=True, risk_band=RiskBand.HIGH, harm_strands=(_H.DOMESTIC_ABUSE,))),
    (_W, _waits(-40, risk_band=RiskBand.HIGH)),
    (_L, _answered(_N.COUNSELLING, "accepted", mine=True)),
    (_L, _booked(190, 1, 0, second=True)),
    (_W, _waits(41)),
    (_L, _waits(55, risk_band=RiskBand.MEDIUM)),
    (_L, _on_to(_N.COUNSELLING, mine=True)),
    (_L, _draft(110, mine=True)),
    (_L, _tried(130, AttemptOutcome.NO_REPLY, 2)),
    (_L, _tried(300, AttemptOutcome.SOMEBODY_ELSE_ANSWERED, 1)),
    (_W, _booked(60 * 20, 5, 0)),
    (_L, _unassigned(60 * 6)),
    (_W, _unassigned(60 * 10)),
    (_L, _asked(60 * 9, Question.SAFE_CONTACT)),
    (_W, _asked(60 * 14, Question.SAFE_CONTACT, answered=True)),
    (_L, _waits(60 * 7, mine=True)),
    (_L, _waits(60 * 11, contact=DirectContact.HELD, safe_windows=())),
    (_L, _waits(60 * 20)),
    (_W, _waits(60 * 22)),
    (_L, _emergency(60 * 8, approved=True)),
    (_L, _emergency(60 * 20, approved=False)),
    (_L, _answered(_N.HOUSING, "declined")),
    (_L, _answered(_N.COUNSELLING, "superseded")),
    (_W, _answered(_N.COURT, "closed")),
    (_L, _answered(_N.ISVA, "withdrawn")),
    (_W, _on_to(_N.HARMFUL_PRACTICES, strand=_H.FORCED_MARRIAGE)),
    (_W, _on_to(_N.SEX_WORKER_SUPPORT, strand=_H.SEX_WORK)),
    (_L, _withdrawn),
    (_L, _declined),
    (_W, _wants_no_visit),
    (_W, _draft(20, mine=False)),
    (KNOWSLEY.code, _booked(60 * 12, 1, 0)),
    (SEFTON.code, _waits(60 * 16)),
    (HALTON.code, _waits(60 * 12)),
    (ST_HELENS.code, _waits(60 * 13)),
    (ST_HELENS.code, _on_to(_N.IDVA)),
    ("", _waits(60 * 17)),
    (_L, _from(ReferralSource.HUB)),
    (_W, _from(ReferralSource.COUNCIL)),
    (SEFTON.code, _from(ReferralSource.HEALTH)),
    (_L, _answered(_N.COUNSELLING, "accepted")),
    (_W, _on_to(_N.COUNSELLING)),
    (_W, _answered(_N.ISVA, "accepted")),
    (_L, _paused(60 * 9, 3)),
    (_L, _released(60 * 13)),
    (_L, out_now(60 * 5, 1)),
    (_L, out_now(60 * 6, 0, began=65)),
    (ST_HELENS.code, _tried(60 * 11, AttemptOutcome.SPOKE, 1)),
)
"""Where, and what. The first cases, in this order."""


def tell(tale_of: TaleOf) -> Tale:
    """One case of today, by its number."""
    _, scene = SCENES[tale_of[1]]
    tale = scene(Today(tale_of))
    tale.end()
    return tale


def is_told_of(number: int) -> bool:
    """Whether a number stands for a case of today."""
    return number < len(SCENES)


def area_of(number: int) -> str | None:
    """Where a case of today is; None for a case of the past."""
    return SCENES[number][0] if is_told_of(number) else None
