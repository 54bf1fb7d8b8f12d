"""Booked visits and calls, and whose time they take."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.contact import VenueKind, VisitOutcome
from visits.models.follow_up import FollowUp


class VisitKind(models.TextChoices):
    """What was booked."""

    VISIT = "visit", "Visit"
    CALL = "call", "Call"


class CancelReason(models.TextChoices):
    """Why a booking was given up, or moved to another time."""

    SHE_ASKED = "she_asked", "They asked"
    NOT_SAFE = "not_safe", "It would not have been safe"
    NOT_AVAILABLE = "not_available", "Somebody of ours could not go"
    URGENT_ELSEWHERE = "urgent_elsewhere", "Needed more urgently elsewhere"
    NOT_NEEDED = "not_needed", "No longer needed"
    IN_ERROR = "in_error", "Booked in error"
    NOT_RECORDED = "not_recorded", "Not recorded"


class OffShiftReason(models.TextChoices):
    """Why somebody goes outside their working hours."""

    AGREED = "agreed", "They agreed to it"
    SWAPPED = "swapped", "They swapped shifts"
    NOBODY_ELSE = "nobody_else", "Nobody on shift can go"


class Visit(models.Model):
    """A booked visit or call, and what came of it. A change of time is a new booking.

    When, where and who never change, and what has ended stays ended: the database sees to both.
    """

    class Status(models.TextChoices):
        """Whether it still stands."""

        BOOKED = "booked", "Booked"
        ENDED = "ended", "Ended"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="visits")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=VisitKind)
    venue = models.CharField(max_length=20, choices=VenueKind)
    during = DateTimeRangeField()
    adviser = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    second_worker = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    outside_reason = models.CharField(max_length=30, blank=True)
    off_shift_reason = models.CharField(max_length=30, choices=OffShiftReason, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    outcome = models.CharField(max_length=20, choices=VisitOutcome, blank=True)
    booked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=30, choices=CancelReason, blank=True)
    instead_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="rebooked_as", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_visit_two_different_workers",
                condition=Q(second_worker=None) | ~Q(second_worker=F("adviser")),
            ),
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(status="booked"),
                name="visits_visit_one_booked_at_a_time",
            ),
            models.CheckConstraint(
                name="visits_visit_takes_time", condition=Q(during__isempty=False)
            ),
            models.CheckConstraint(
                name="visits_visit_cancelled_says_why",
                condition=(Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(status="cancelled") & Q(cancelled_at=None, cancel_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["agency", "status"], name="visits_visit_agenda")]

    def __str__(self) -> str:
        return f"{self.kind} {self.during.lower:%Y-%m-%d %H:%M}"


class VisitWorker(models.Model):
    """Somebody's time, taken by a booked visit. The database lets nobody be in two places."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="workers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    is_booked = models.BooleanField(default=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="visits_visitworker_in_one_place",
                expressions=[
                    ("membership", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_booked=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.during.lower:%Y-%m-%d %H:%M}"
