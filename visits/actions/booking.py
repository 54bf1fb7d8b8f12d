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
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.safe_contact import ContactRefused
from visits.actions._following_up import Following, following
from visits.models import Visit, VisitKind, VisitWorker
from visits.reaching import may_book

SHORTEST_MINUTES: Final = 5
LONGEST_MINUTES: Final = 240


class OutsideReason(models.TextChoices):
    """Why a booking or a call lies outside her safe times or the window."""

    SHE_ASKED = "she_asked", "They asked for this time"
    NO_SAFE_TIME_LEFT = "no_safe_time_left", "No safe time is left before the deadline"
    THROUGH_SAFE_PERSON = "through_safe_person", "Arranged through somebody they trust"
    RISK_CHANGED = "risk_changed", "The risk has changed"


class DoubleBooked(MoveNotAllowed):
    """Somebody is booked elsewhere at that time."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What to book. ``starts_at`` is aware; ``outside_reason`` only where it is needed."""

    adviser: Membership
    starts_at: datetime
    minutes: int = 60
    kind: str = VisitKind.VISIT
    venue: str = ""
    second_worker: Membership | None = None
    outside_reason: str = ""

    @property
    def during(self) -> TimestamptzRange:
        """The time it takes."""
        return TimestamptzRange(self.starts_at, self.starts_at + timedelta(minutes=self.minutes))

    @property
    def workers(self) -> list[Membership]:
        """Everybody whose time it takes."""
        return [self.adviser, *([self.second_worker] if self.second_worker else [])]


def book(reference: str, booking: Booking, *, by: Membership) -> Visit:
    """Book the visit of a follow-up. A booking that stands already is replaced, and kept.

    :raises NotWellFormed: for a time in the past, outside her safe times or after the deadline
        without a reason, or for somebody who does not visit for this agency.
    :raises ContactRefused: where no reason helps, because contact is held, nothing is recorded as
        safe, or she has to be asked again.
    :raises DoubleBooked: if one of the workers is taken at that time.
    """
    with following("book", reference, by=by) as follow:
        _check_workers(booking, by)
        _check_time(booking, follow)
        _check_reach(booking, follow)
        before = _cancelled(follow)
        visit = _visit(booking, follow, before, by)
        try:
            with transaction.atomic():
                visit.save(force_insert=True)
                VisitWorker.objects.bulk_create(_workers(visit, booking))
        except IntegrityError as error:
            if "visits_visitworker_in_one_place" in str(error):
                raise DoubleBooked("Somebody is booked elsewhere at that time.") from None
            raise
        return visit


def cancel(reference: str, *, by: Membership) -> None:
    """Cancel what is booked; the follow-up and its deadline stay."""
    with following("cancel", reference, by=by) as follow:
        if _cancelled(follow) is None:
            raise MoveNotAllowed("Nothing is booked.")


def _check_workers(booking: Booking, by: Membership) -> None:
    for field, worker in (("adviser", booking.adviser), ("second_worker", booking.second_worker)):
        if worker and (worker.agency_id != by.agency_id or not worker.has(Permission.VISIT)):
            raise NotWellFormed(field, "Choose somebody who visits for your agency.")
    if booking.second_worker == booking.adviser:
        raise NotWellFormed("second_worker", "The second worker must be somebody else.")


def _check_time(booking: Booking, follow: Following) -> None:
    if not SHORTEST_MINUTES <= booking.minutes <= LONGEST_MINUTES:
        raise NotWellFormed("minutes", "A visit takes between 5 minutes and 4 hours.")
    if booking.starts_at < follow.at:
        raise NotWellFormed("starts_at", "That time has passed.")
    if booking.outside_reason:
        return
    if booking.starts_at > follow.follow_up.due_at and not follow.follow_up.contacted_at:
        raise NotWellFormed("outside_reason", "This is after the deadline: say why.")
    if not is_safe(follow, booking.starts_at):
        raise NotWellFormed("outside_reason", "This is outside their safe times: say why.")


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


def is_safe(follow: Following, instant: datetime) -> bool:
    """Whether contact is allowed at all, and at that instant."""
    allowed = follow.referral.contact == DirectContact.ALLOWED
    return allowed and is_safe_at(windows_from_json(follow.referral.safe_windows), instant)


def _cancelled(follow: Following) -> Visit | None:
    visit = Visit.objects.filter(follow_up=follow.follow_up, status=Visit.Status.BOOKED).first()
    if visit is not None:
        visit.status = Visit.Status.CANCELLED
        visit.save(update_fields=["status"])
        VisitWorker.objects.filter(visit=visit).update(is_booked=False)
    return visit


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
        booked_by=by,
        booked_at=follow.at,
        instead_of=before,
    )


def _workers(visit: Visit, booking: Booking) -> list[VisitWorker]:
    return [
        VisitWorker(visit=visit, agency_id=visit.agency_id, membership=worker, during=visit.during)
        for worker in booking.workers
    ]
