"""Programmes, follow-ups, the rungs that wake people, visits, and attempts to be in touch."""

import uuid
from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.areas import AREA_CHOICES
from directory.contact import (
    HOLDS_CONTACT,
    AttemptOutcome,
    ContactChannel,
    VenueKind,
    VisitOutcome,
)
from notices.claiming import Claimable
from referrals.models import Referral
from visits.querysets import FollowUpQuerySet


class Programme(models.Model):
    """How one area answers, in one period. Areas join the 24-hour programme one by one.

    An area that has not joined still has a ``desk``: its ordinary route.
    """

    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    period = DateRangeField()
    is_joined = models.BooleanField()
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    target_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="visits_programme_one_version_at_a_time",
                expressions=[
                    ("area_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="visits_programme_target_within_a_week",
                condition=Q(target_hours__gte=1, target_hours__lte=168),
            ),
        ]

    def __str__(self) -> str:
        return f"Programme of {self.area_code}"


class FollowUp(models.Model):
    """The duty to be in touch within the programme's window of the police visit.

    ``due_at`` never moves by itself. ``agency`` owes it; ``referring_agency`` may know when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="follow_up")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    referring_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    visit_ended_at = models.DateTimeField()
    due_at = models.DateTimeField()
    code_due_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=VisitOutcome, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_followup_due_after_the_visit",
                condition=Q(due_at__gt=F("visit_ended_at")),
            ),
            models.CheckConstraint(
                name="visits_followup_ended_says_how",
                condition=Q(ended_at=None, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                name="visits_followup_desk",
                condition=Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Follow-up due {self.due_at:%Y-%m-%d %H:%M}"


class RungKind(models.TextChoices):
    """When who is woken, seen from the deadline."""

    NOBODYS = "nobodys", "Twelve hours left and nobody has taken it"
    FOUR_HOURS = "four_hours", "Four hours left"
    ONE_HOUR = "one_hour", "One hour left"
    DUE = "due", "The time is up"
    LATE = "late", "One hour late"


class Rung(Claimable):
    """One step of the ladder of a follow-up. It fires once, or late, or finds itself not needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="rungs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=RungKind)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.UniqueConstraint(fields=["follow_up", "kind"], name="visits_rung_once"),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="visits_rung_to_fire",
                condition=Q(fired_at=None, parked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%Y-%m-%d %H:%M}"


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


class ContactAttempt(models.Model):
    """One attempt to be in touch, in codes. What was said is a sealed note."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="attempts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=ContactChannel)
    outcome = models.CharField(max_length=30, choices=AttemptOutcome)
    in_safe_time = models.BooleanField()
    outside_reason = models.CharField(max_length=30, blank=True)
    message_left = models.BooleanField(default=False)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_attempt_outside_safe_time_says_why",
                condition=Q(in_safe_time=True)
                | ~Q(outside_reason="")
                | Q(outcome__in=sorted(outcome.value for outcome in HOLDS_CONTACT)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M}"


LADDER: Final = {
    RungKind.NOBODYS: -12,
    RungKind.FOUR_HOURS: -4,
    RungKind.ONE_HOUR: -1,
    RungKind.DUE: 0,
    RungKind.LATE: 1,
}
"""Hours from the deadline at which each rung fires."""
