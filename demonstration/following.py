"""The follow-up of a police referral as it leaves its rows: clock, rungs, visits, attempts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.types.range import TimestamptzRange

from accounts.models import Membership
from demonstration import going_out
from demonstration.casebook import Casebook
from demonstration.moves import feed_back
from demonstration.reaching import hold, rule_of
from demonstration.rungs import UNCLAIMED
from directory.clock_reasons import LateReason, WhichClock
from directory.contact import (
    ASKS_THE_REFERRER,
    HOLDS_CONTACT,
    REACHED,
    AttemptOutcome,
    ContactChannel,
    ContactWanted,
    DirectContact,
    VenueKind,
    VisitOutcome,
    WhoAnswered,
)
from directory.safe_times import is_safe_at
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral
from referrals.models.referral import Feedback
from visits import clock
from visits.actions._moving_clocks import OUT_OF_REACH
from visits.actions.booking import OutsideReason
from visits.fitting import Span, outside
from visits.ladder import LADDER, RungKind
from visits.models import (
    ContactAttempt,
    FollowUp,
    Lateness,
    Outcome,
    Rung,
    Visit,
    VisitKind,
    VisitWorker,
)
from visits.standing import Instants, Standing, standing

_TOLD_OF = {
    AttemptOutcome.SPOKE: Feedback.CONTACTED,
    AttemptOutcome.DECLINED: Feedback.CHOSE_NOT_TO,
    AttemptOutcome.SOMEBODY_ELSE_ANSWERED: Feedback.NOT_SAFE,
    VisitOutcome.DONE: Feedback.VISITED,
    VisitOutcome.UNSAFE: Feedback.NOT_SAFE,
}


@dataclass(frozen=True)
class Following:
    """A follow-up in hand."""

    book: Casebook
    referral: Referral
    follow_up: FollowUp

    def is_safe(self, at: datetime) -> bool:
        """Whether she may be contacted then."""
        allowed = self.referral.contact == DirectContact.ALLOWED
        return allowed and is_safe_at(self.book.windows, at)

    def acted(self, at: datetime) -> None:
        """Somebody did something about it, which acknowledges whatever woke them."""
        self.follow_up.acted_at = max(at, self.follow_up.acted_at or at)


def start_clock(book: Casebook, referral: Referral) -> Following:
    """The follow-up that is owed from the police visit on, with its rungs."""
    programme = book.world.joined(referral.area_code)
    ended_at = referral.visit_ended_at
    assert ended_at is not None  # noqa: S101 -- the clock starts from it
    follow_up = FollowUp(
        referral=referral,
        agency_id=referral.receiving_agency_id,
        referring_agency_id=referral.referring_agency_id,
        programme=programme,
        visit_ended_at=ended_at,
        **clock.deadlines(ended_at, programme.window if programme else clock.ORDINARY)._asdict(),
        code_due_at=clock.code_due_at(ended_at),
    )
    book.add(follow_up)
    return Following(book, referral, follow_up)


def attempt(follow: Following, by: Membership, at: datetime, outcome: AttemptOutcome) -> None:
    """An attempt to be in touch, and what follows from it."""
    safe = follow.is_safe(at)
    follow.acted(at)
    rule = rule_of(follow.book, ContactChannel.PHONE_CALL)
    somebody_else = outcome == AttemptOutcome.SOMEBODY_ELSE_ANSWERED
    follow.book.add(
        ContactAttempt(
            follow_up=follow.follow_up,
            agency_id=by.agency_id,
            number=len(follow.book.rows[ContactAttempt]) + 1,
            at=at,
            channel=ContactChannel.PHONE_CALL,
            outcome=outcome,
            in_safe_time=safe,
            outside_reason="" if safe else OutsideReason.THROUGH_SAFE_PERSON,
            rule=rule,
            rule_version=rule.version if rule else None,
            who_answered=WhoAnswered.UNKNOWN if somebody_else else "",
            by=by,
            recorded_at=at + timedelta(minutes=4),
        )
    )
    if outcome in REACHED:
        follow.follow_up.contacted_at = follow.follow_up.contacted_at or at
    if outcome in HOLDS_CONTACT:
        hold(follow.book, outcome, by, at)
    if told := _TOLD_OF.get(outcome):
        feed_back(follow.referral, told, at)
    if outcome in ASKS_THE_REFERRER:
        wrong = outcome == AttemptOutcome.WRONG_NUMBER
        follow.referral.contact_wanted = ContactWanted.NUMBER if wrong else ContactWanted.WAY
        follow.referral.contact_wanted_at = at


def book_visit(
    follow: Following,
    advisers: list[Membership],
    starts_at: datetime,
    booked_at: datetime,
    venue: VenueKind = VenueKind.OUR_OFFICE,
) -> Visit:
    """A visit by one adviser, or two."""
    span = Span(starts_at, starts_at + timedelta(minutes=60))
    fits = not outside(span, follow.follow_up, follow.referral, VisitKind.VISIT)
    visit = Visit(
        follow_up=follow.follow_up,
        agency_id=advisers[0].agency_id,
        kind=VisitKind.VISIT,
        venue=venue,
        during=TimestamptzRange(*span),
        adviser=advisers[0],
        second_worker=advisers[1] if advisers[1:] else None,
        outside_reason="" if fits else OutsideReason.SHE_ASKED,
        booked_by=advisers[0],
        booked_at=booked_at,
    )
    follow.acted(booked_at)
    follow.book.add(visit)
    for adviser in advisers:
        follow.book.add_plain(
            VisitWorker,
            visit_id=visit.pk,
            agency_id=visit.agency_id,
            membership_id=adviser.pk,
            during=visit.during,
            is_booked=True,
        )
    going_out.plan(follow.book, visit, follow.referral.reference)
    return visit


def end_visit(follow: Following, visit: Visit, outcome: VisitOutcome, at: datetime) -> None:
    """What came of a visit; the duty ends with it."""
    follow.book.add(
        Outcome(
            follow_up=follow.follow_up,
            agency_id=visit.agency_id,
            outcome=outcome,
            by=visit.adviser,
            recorded_at=at,
        )
    )
    visit.status, visit.outcome = Visit.Status.ENDED, outcome
    going_out.came_back(follow.book, visit, at)
    for worker in follow.book.rows[VisitWorker]:
        worker["is_booked"] = worker["is_booked"] and worker["visit_id"] != visit.pk
    if outcome == VisitOutcome.DONE:
        began_at = min(visit.during.lower, at)
        follow.follow_up.contacted_at = follow.follow_up.contacted_at or began_at
    follow.acted(at)
    follow.follow_up.outcome, follow.follow_up.ended_at = outcome, at
    _explain(follow, visit, at)
    if told := _TOLD_OF.get(outcome):
        feed_back(follow.referral, told, at)


def _explain(follow: Following, visit: Visit, at: datetime) -> None:
    """Why a clock was missed, without which nothing ends."""
    follow_up = follow.follow_up
    was_done = visit.outcome == VisitOutcome.DONE
    sent_at = follow.referral.sent_at
    clocks = {
        WhichClock.CONTACT: Instants(follow_up.due_at, follow_up.contacted_at, at),
        WhichClock.VISIT: Instants(
            follow_up.visit_by_at, visit.during.lower if was_done else None, at
        ),
        WhichClock.CODE: Instants(follow_up.code_due_at, sent_at),
    }
    for which, instants in clocks.items():
        if standing(instants, at) is Standing.MISSED:
            follow.book.add_plain(
                Lateness,
                follow_up_id=follow_up.pk,
                agency_id=follow_up.agency_id,
                clock=which,
                reason=LateReason.NO_SAFE_TIME_BEFORE_DEADLINE,
                by_id=visit.booked_by_id,
                at=at,
            )


def add_rungs(follow: Following, now: datetime) -> None:
    """The ladder. What lies behind has been climbed: nobody is owed a notice for the past."""
    is_paused = follow.follow_up.paused_at is not None
    for step in LADDER:
        due_at = step.at(follow.follow_up.due_at)
        fired = due_at <= now
        follow.book.add_plain(
            Rung,
            about=follow.follow_up.pk,
            follow_up_id=follow.follow_up.pk,
            agency_id=follow.follow_up.agency_id,
            kind=step.kind,
            nth=1,
            reference=follow.referral.reference,
            audience=step.audience,
            person_id=None,
            unless=step.unless,
            due_at=due_at,
            available_at=due_at if fired or not is_paused else OUT_OF_REACH,
            fired_at=due_at if fired else None,
            settled_at=None,
            told=1 if fired and _was_needed(follow, step.kind, due_at) else 0,
            **UNCLAIMED,
        )


def _was_needed(follow: Following, kind: str, at: datetime) -> bool:
    done = follow.follow_up.ended_at or follow.follow_up.contacted_at
    if done and done <= at:
        return False
    answered = follow.referral.answered_at
    if kind == RungKind.NOBODYS and answered and answered <= at:
        return False
    return follow.referral.status in {*PENDING, Status.ACCEPTED, Status.CLOSED}
