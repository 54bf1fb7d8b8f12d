"""Booking: a time, a place and who goes. Nobody can be in two places; the database sees to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, models, transaction
from psycopg.types.range import TimestamptzRange

from accounts.models import Membership
from accounts.roles import Permission
from directory.contact import DirectContact
from directory.safe_times import is_safe_at, windows_from_json
from referrals.conflicts import kept_out
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from referrals.safe_contact import ContactRefused
from visits import outings
from visits.actions._following_up import Following, following
from visits.company import may_go_alone, off_shift
from visits.fitting import Span, outside
from visits.models import (
    CancelReason,
    Conflict,
    FollowUp,
    Proposal,
    Visit,
    VisitKind,
    VisitWorker,
)
from visits.reaching import may_book
from visits.standing_down import give_up

SHORTEST_MINUTES: Final = 5
LONGEST_MINUTES: Final = 240
REASONS: Final = frozenset({*CancelReason.values} - {CancelReason.NOT_RECORDED.value})


class OutsideReason(models.TextChoices):
    """Why a booking or a call lies outside her safe times or the window."""

    SHE_ASKED = "she_asked", "They asked for this time"
    NO_SAFE_TIME_LEFT = "no_safe_time_left", "No safe time is left before the deadline"
    NOBODY_FREE = "nobody_free", "Nobody who may go is free before the deadline"
    THROUGH_SAFE_PERSON = "through_safe_person", "Arranged through somebody they trust"
    RISK_CHANGED = "risk_changed", "The risk has changed"


class DoubleBooked(MoveNotAllowed):
    """Somebody is booked elsewhere at that time."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What to book. ``starts_at`` is aware; the reasons only where they are needed:
    ``moved_reason`` where it takes the place of a booking that stands.
    """

    adviser: Membership
    starts_at: datetime
    minutes: int = 60
    kind: str = VisitKind.VISIT
    venue: str = ""
    second_worker: Membership | None = None
    outside_reason: str = ""
    off_shift_reason: str = ""
    moved_reason: str = ""

    @property
    def span(self) -> Span:
        """From when until when."""
        return Span(self.starts_at, self.starts_at + timedelta(minutes=self.minutes))

    @property
    def during(self) -> TimestamptzRange:
        """The time it takes."""
        return TimestamptzRange(*self.span)

    @property
    def workers(self) -> list[Membership]:
        """Everybody whose time it takes."""
        return [self.adviser, *([self.second_worker] if self.second_worker else [])]


def book(reference: str, booking: Booking, *, by: Membership) -> Visit:
    """Book the visit of a follow-up. A booking that stands already is given up for it, and kept.

    :raises NotWellFormed: for a time in the past, one that is not all inside her safe times and
        the window without a reason, a move without a reason, somebody who does not visit for this
        agency or is not on shift, or one worker where two are needed.
    :raises ContactRefused: where no reason helps, because contact is held, nothing is recorded as
        safe, or she has to be asked again.
    :raises DoubleBooked: if one of the workers is taken at that time.
    """
    with following("book", reference, by=by) as follow:
        _check_workers(booking, by)
        _check_company(booking, follow)
        _check_conflicts(booking, follow)
        _check_time(booking, follow)
        _check_reach(booking, follow)
        before = _moved(follow, booking)
        visit = _visit(booking, follow, before, by)
        try:
            with transaction.atomic():
                visit.save(force_insert=True)
                VisitWorker.objects.bulk_create(_workers(visit, booking))
        except IntegrityError as error:
            if "visits_visitworker_in_one_place" in str(error):
                raise DoubleBooked("Somebody is booked elsewhere at that time.") from None
            raise
        outings.plan(visit, reference, follow.at)
        _settle_proposals(follow, by)
        return visit


def cancel(reference: str, *, by: Membership, reason: str) -> None:
    """Cancel what is booked; the follow-up and its deadline stay.

    :raises ReasonMissing: without a reason that is on the list.
    """
    if reason not in REASONS:
        raise ReasonMissing("Choose why it is cancelled.")
    with following("cancel", reference, by=by) as follow:
        visit = standing(follow)
        if visit is None:
            raise MoveNotAllowed("Nothing is booked.")
        _give_up(visit, reason, follow)


def standing(follow: Following) -> Visit | None:
    """The booking that stands."""
    return Visit.objects.filter(follow_up=follow.follow_up, status=Visit.Status.BOOKED).first()


def _settle_proposals(follow: Following, by: Membership) -> None:
    """What was proposed for this visit is nothing to decide any more."""
    waiting = Proposal.objects.filter(follow_up=follow.follow_up, state=Proposal.State.PROPOSED)
    waiting.update(state=Proposal.State.CHANGED, decided_by=by, decided_at=follow.at)


def _check_workers(booking: Booking, by: Membership) -> None:
    for field, worker in (("adviser", booking.adviser), ("second_worker", booking.second_worker)):
        if worker and (worker.agency_id != by.agency_id or not worker.has(Permission.VISIT)):
            raise NotWellFormed(field, "Choose somebody who visits for your agency.")
    if booking.second_worker == booking.adviser:
        raise NotWellFormed("second_worker", "The second worker must be somebody else.")


def _check_company(booking: Booking, follow: Following) -> None:
    """Nobody is sent alone where two were judged to be needed. A call is made alone."""
    if booking.kind != VisitKind.VISIT or booking.second_worker:
        return
    if follow.follow_up.needs_second_worker:
        raise NotWellFormed("second_worker", "This visit needs two workers: choose the second.")
    if not may_go_alone(booking.adviser):
        name = booking.adviser.display_name
        raise NotWellFormed("second_worker", f"{name} may not visit alone: choose a second worker.")


def _check_conflicts(booking: Booking, follow: Following) -> None:
    """Refuse whoever must not visit here, without a word of why."""
    conflicted = must_not_visit(follow.follow_up, follow.referral)
    for field, worker in (("adviser", booking.adviser), ("second_worker", booking.second_worker)):
        if worker and worker.pk in conflicted:
            raise NotWellFormed(field, "They must not visit here. Choose somebody else.")


def must_not_visit(follow_up: FollowUp, referral: Referral) -> set[int]:
    """Who of the agency that visits may not: by a manager's word, or by a conflict of interest."""
    declared = Conflict.objects.filter(follow_up=follow_up).values_list("membership", flat=True)
    return {*declared, *kept_out(referral.case_id, follow_up.agency_id)}


def _check_time(booking: Booking, follow: Following) -> None:
    if not SHORTEST_MINUTES <= booking.minutes <= LONGEST_MINUTES:
        raise NotWellFormed("minutes", "A visit takes between 5 minutes and 4 hours.")
    if booking.starts_at < follow.at:
        raise NotWellFormed("starts_at", "That time has passed.")
    if not booking.off_shift_reason:
        _check_shifts(booking)
    if booking.outside_reason:
        return
    if found := outside(booking.span, follow.follow_up, follow.referral, booking.kind):
        raise NotWellFormed("outside_reason", f"This is {' and '.join(found)}: say why.")


def _check_reach(booking: Booking, follow: Following) -> None:
    reason = booking.outside_reason or OutsideReason.SHE_ASKED  # times are asked about elsewhere
    verdict = may_book(
        follow.referral,
        booking.kind,
        booking.starts_at,
        outside_reason=reason,
        through_safe_person=reason == OutsideReason.THROUGH_SAFE_PERSON,
    )
    if not verdict.allowed:
        raise ContactRefused(verdict)


def _check_shifts(booking: Booking) -> None:
    off = off_shift(booking.workers, booking.span, booking.adviser.agency_id)
    if off:
        names = " and ".join(each.display_name for each in off)
        said = "is" if len(off) == 1 else "are"
        raise NotWellFormed("off_shift_reason", f"{names} {said} not on shift then: say why.")


def is_safe(follow: Following, instant: datetime) -> bool:
    """Whether contact is allowed at all, and at that instant."""
    allowed = follow.referral.contact == DirectContact.ALLOWED
    return allowed and is_safe_at(windows_from_json(follow.referral.safe_windows), instant)


def _moved(follow: Following, booking: Booking) -> Visit | None:
    """What stood until now, given up for this one."""
    before = standing(follow)
    if before is None:
        return None
    if booking.moved_reason not in REASONS:
        raise NotWellFormed("moved_reason", "Choose why the booking is moved.")
    _give_up(before, booking.moved_reason, follow)
    return before


def _give_up(visit: Visit, reason: str, follow: Following) -> None:
    outings.refuse_while_out(visit)
    give_up(visit, reason, at=follow.at)


def _visit(booking: Booking, follow: Following, before: Visit | None, by: Membership) -> Visit:
    return Visit(
        follow_up=follow.follow_up,
        agency_id=by.agency_id,
        kind=booking.kind,
        venue=booking.venue,
        during=booking.during,
        adviser=booking.adviser,
        second_worker=booking.second_worker,
        outside_reason=booking.outside_reason,
        off_shift_reason=booking.off_shift_reason,
        booked_by=by,
        booked_at=follow.at,
        instead_of=before,
    )


def _workers(visit: Visit, booking: Booking) -> list[VisitWorker]:
    return [
        VisitWorker(visit=visit, agency_id=visit.agency_id, membership=worker, during=visit.during)
        for worker in booking.workers
    ]
