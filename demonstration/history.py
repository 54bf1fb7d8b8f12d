"""The past: eighteen months of cases, each told as far as the day it is loaded on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from accounts.models import Membership
from accounts.roles import Permission
from demonstration import moves
from demonstration.casebook import Casebook
from demonstration.following import attempt, book_visit, end_visit
from demonstration.lives import Person
from demonstration.stories import EMERGENCY, Tale, after_visit, from_partner, onward, send
from demonstration.words import NOTES
from directory.contact import AttemptOutcome, VenueKind, VisitOutcome
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
from referrals.consent import OVERRIDE_LASTS
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.models.referral import Question

MONTHS: Final = timedelta(days=548)
SETTLED: Final = timedelta(days=4)
"""The past ends here: nothing that began before is still on its clock."""

Telling = Callable[[tuple[Casebook, int, Person], datetime], Tale]


def tell(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    """One case of the past, by the share its kind has."""
    dice = tale_of[0].dice
    telling = dice.choices(list(KINDS), list(KINDS.values()))[0]
    tale = telling(tale_of, began_at)
    tale.end()
    return tale


def _taken(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    tale = after_visit(tale_of, began_at)
    send(tale)
    _work_on(tale, tale.later(tale.referral.created_at, 0.2, 9))
    return tale


def _asked_and_taken(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    tale = after_visit(tale_of, began_at)
    send(tale)
    by = tale.worker()
    at = tale.later(tale.referral.created_at, 0.2, 3)
    moves.ask(tale.book, tale.referral, by, at, tale.dice.choice(list(Question)))
    at = tale.later(at, 0.2, 4)
    moves.answer(tale.book, tale.referral, at)
    _work_on(tale, tale.later(at, 0.2, 3))
    return tale


def _declined(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    tale = after_visit(tale_of, began_at)
    send(tale)
    at = tale.later(tale.referral.created_at, 0.5, 12)
    moves.decline(tale.book, tale.referral, tale.worker(), at, tale.dice.choice(_WHY_NOT_THE_DESK))
    return tale


def _withdrawn(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    tale = after_visit(tale_of, began_at)
    send(tale)
    at = tale.later(tale.referral.created_at, 0.2, 5)
    reason = tale.dice.choice(list(WithdrawalReason))
    moves.withdraw(tale.book, tale.referral, tale.referral.sent_by, at, reason)
    return tale


def _never_sent(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    tale = after_visit(tale_of, began_at)
    moves.let_go(tale.book, tale.referral, tale.referral.created_at + timedelta(hours=24))
    return tale


def _from_a_partner(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    source = tale_of[0].dice.choice(
        [ReferralSource.HUB, ReferralSource.HUB, ReferralSource.COUNCIL, ReferralSource.HEALTH]
    )
    tale = from_partner(tale_of, source, began_at)
    send(tale)
    _work_on(tale, tale.later(began_at, 1, 40))
    return tale


def _emergency(tale_of: tuple[Casebook, int, Person], began_at: datetime) -> Tale:
    """Shared to save her life, approved within hours; it ended by itself after 28 days."""
    tale = after_visit(tale_of, began_at, consent=EMERGENCY, risk_band="high")
    send(tale)
    at = tale.later(tale.referral.created_at, 0.5, 4)
    second = tale.book.world.worker(tale.dice, _code_of(tale), Permission.APPROVE)
    moves.approve(tale.book, tale.referral, second, at)
    _work_on(tale, tale.later(at, 0.2, 3), until=tale.referral.created_at + OVERRIDE_LASTS)
    return tale


def _code_of(tale: Tale) -> str:
    return tale.referral.sent_by.agency.code


KINDS: Final[dict[Telling, int]] = {
    _taken: 66,
    _asked_and_taken: 5,
    _declined: 6,
    _withdrawn: 4,
    _never_sent: 3,
    _from_a_partner: 14,
    _emergency: 2,
}
"""Per hundred cases."""

_WHY_NOT_THE_DESK: Final = (
    DeclineReason.CLIENT_DECLINED,
    DeclineReason.CLIENT_NOT_NOW,
    DeclineReason.NOT_REACHED,
    DeclineReason.NO_SAFE_CONTACT,
    DeclineReason.OUTSIDE_REMIT,
)
_WHY_NOT_A_SERVICE: Final = (
    DeclineReason.NO_CAPACITY,
    DeclineReason.OUTSIDE_REMIT,
    DeclineReason.LANGUAGE_OR_ACCESS,
    DeclineReason.BETTER_PLACED,
    DeclineReason.CLIENT_NOT_NOW,
)
_ENDINGS: Final = {
    ClosureReason.PLANNED: 52,
    ClosureReason.STEPPED_DOWN: 12,
    ClosureReason.DISENGAGED: 16,
    ClosureReason.CLIENT_DECLINED: 8,
    ClosureReason.NOT_REACHED: 6,
    ClosureReason.MOVED: 4,
    ClosureReason.OUT_OF_REMIT: 2,
}


def _work_on(tale: Tale, at: datetime, until: datetime | None = None) -> None:
    """From taking it to its end, as far as that lies behind."""
    horizon = min(until or tale.book.now, tale.book.now - timedelta(hours=1))
    by = tale.worker()
    moves.accept(tale.book, tale.referral, by, at)
    at = _follow_up(tale, by, at)
    tale.book.note(by, at, tale.dice.choice(NOTES))
    at = tale.later(at, 5, 200)
    if tale.dice.randrange(100) < _REFERRED_ON and at < horizon:
        _refer_on(tale, by, at, horizon)
    at = tale.later(max(at, tale.book.case.last_activity_at), 14 * 24, 110 * 24)
    if at < horizon and tale.referral.status == Status.ACCEPTED:
        reason = tale.dice.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        moves.close(tale.book, tale.referral, by, at, reason)


_REFERRED_ON: Final = 42


def _follow_up(tale: Tale, by: Membership, at: datetime) -> datetime:
    """Attempts, then a visit, nearly always within the day; returns when it was over."""
    if tale.follow is None:
        return tale.later(at, 1, 30)
    at = min(tale.safe(tale.later(at, 0.3, 4)), tale.follow.follow_up.due_at + timedelta(hours=9))
    fate = tale.dice.randrange(100)
    if fate < _NOT_REACHED:
        attempt(tale.follow, by, at, AttemptOutcome.NO_REPLY)
        at = tale.later(at, 1, 5)
    if fate == 0:
        attempt(tale.follow, by, at, AttemptOutcome.SOMEBODY_ELSE_ANSWERED)
        outcome = VisitOutcome.UNSAFE
    else:
        attempt(tale.follow, by, at, AttemptOutcome.SPOKE)
        outcome = VisitOutcome.DECLINED if fate > _WANTS_NONE else VisitOutcome.DONE
    starts_at = tale.later(at, 1, 6)
    visit = book_visit(tale.follow, [by], starts_at, at, tale.dice.choice(list(VenueKind)))
    ended_at = starts_at + timedelta(minutes=55)
    end_visit(tale.follow, visit, outcome, ended_at)
    return ended_at


_NOT_REACHED: Final = 22
_WANTS_NONE: Final = 90


def _refer_on(tale: Tale, by: Membership, at: datetime, horizon: datetime) -> None:
    child = onward(tale, by, at)
    at = tale.later(at, 2, 70)
    if child is None or at >= horizon:
        return
    worker = tale.worker(child.receiving_agency.code)
    if tale.dice.randrange(100) < _TURNED_DOWN:
        moves.decline(tale.book, child, worker, at, tale.dice.choice(_WHY_NOT_A_SERVICE))
        _try_another(tale, child, by, at, horizon)
    else:
        _help(tale, child, worker, at, horizon)


_TURNED_DOWN: Final = 24
_TRIED_AGAIN: Final = 65


def _try_another(
    tale: Tale, declined: Referral, by: Membership, at: datetime, horizon: datetime
) -> None:
    at = tale.later(at, 3, 60)
    if at >= horizon or tale.dice.randrange(100) >= _TRIED_AGAIN:
        return
    if (second := onward(tale, by, at)) is None:
        return
    moves.supersede(tale.book, declined, by, at)
    at = tale.later(at, 3, 60)
    if at < horizon:
        _help(tale, second, tale.worker(second.receiving_agency.code), at, horizon)


def _help(tale: Tale, child: Referral, worker: Membership, at: datetime, horizon: datetime) -> None:
    moves.accept(tale.book, child, worker, at)
    tale.book.note(worker, at, tale.dice.choice(NOTES))
    at = tale.later(at, 5 * 24, 60 * 24)
    if at >= horizon:
        return
    if tale.dice.randrange(100) < _TAKEN_BACK:
        moves.withdraw(tale.book, child, child.sent_by, at, WithdrawalReason.CONSENT_WITHDRAWN)
    else:
        moves.close(tale.book, child, worker, at, ClosureReason.PLANNED)


_TAKEN_BACK: Final = 6
