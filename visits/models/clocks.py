"""What happened to the clocks of a follow-up: paused, moved, explained. Rows are added, not undone.

Only the agency that owes the follow-up sees them: why contact waits is not for the referrer.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.clock_reasons import LateReason, PauseReason, RebaseReason, WhichClock
from visits.models.follow_up import FollowUp
from visits.models.programme import Programme


class Pause(models.Model):
    """A time in which nobody is to try, with the time at which somebody looks again.

    Somebody ends it, but where another agency took the follow-up: then it ended with that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="pauses")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30, choices=PauseReason)
    review_at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up"], condition=Q(ended_at=None), name="visits_pause_one_at_a_time"
            ),
            models.CheckConstraint(
                name="visits_pause_is_reviewed_later", condition=Q(review_at__gt=F("at"))
            ),
            models.CheckConstraint(
                name="visits_pause_ended_by_nobody_while_it_lasts",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} until {self.review_at:%Y-%m-%d %H:%M}"


class ClockChange(models.Model):
    """Clocks that were moved by a person: from when to when, why, by whom. It is never changed."""

    class Kind(models.TextChoices):
        """How they came to move."""

        RESUMED = "resumed", "Resumed after a pause"
        REBASED = "rebased", "Set anew from the policy in force"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="clock_changes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=30, choices=[*PauseReason.choices, *RebaseReason.choices])
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    old_visit_from_at = models.DateTimeField()
    new_visit_from_at = models.DateTimeField()
    old_visit_by_at = models.DateTimeField()
    new_visit_by_at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="visits_clockchange_reason_fits_its_kind",
                condition=Q(kind="resumed", reason__in=PauseReason.values, programme=None)
                | Q(kind="rebased", reason__in=RebaseReason.values),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.new_due_at:%Y-%m-%d %H:%M}"


class Lateness(models.Model):
    """Why one clock of a follow-up was missed. A correction is another row: the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="latenesses")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=10, choices=WhichClock)
    reason = models.CharField(max_length=30, choices=LateReason)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.clock}: {self.reason}"
