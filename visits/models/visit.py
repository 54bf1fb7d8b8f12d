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


class Visit(models.Model):
    """A booked visit or call, and what came of it. A change of time is a new booking."""

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
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    outcome = models.CharField(max_length=20, choices=VisitOutcome, blank=True)
    booked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
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
