"""Plans asked for, what each proposed, and what it could place nowhere."""

import uuid

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from notices.claiming import Claimable
from visits.models.follow_up import FollowUp


class PlanRun(Claimable):
    """A plan that was asked for. The worker works it out, from this row alone."""

    class State(models.TextChoices):
        """How far it is."""

        ASKED = "asked", "Waiting to be worked out"
        RUNNING = "running", "Being worked out"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    planned_at = models.DateTimeField(null=True, blank=True)
    solved_ms = models.PositiveIntegerField(null=True, blank=True)
    is_proven = models.BooleanField(default=False)
    without_rota = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(state__in=["asked", "running"]),
                name="visits_planrun_one_waits",
            ),
            models.CheckConstraint(
                name="visits_planrun_done_says_when",
                condition=Q(state="done", planned_at__isnull=False, solved_ms__isnull=False)
                | (~Q(state="done") & Q(planned_at=None, solved_ms=None)),
            ),
        ]
        indexes = [models.Index(fields=["agency", "-asked_at"], name="visits_planrun_newest")]

    def __str__(self) -> str:
        return f"Plan asked for at {self.asked_at:%Y-%m-%d %H:%M}"


class RefusalReason(models.TextChoices):
    """What about a proposal is not wanted. The next plan does not propose it again."""

    OTHER_ADVISER = "other_adviser", "Somebody else should go"
    OTHER_TIME = "other_time", "Not at this time"
    NOT_SO = "not_so", "Not this person at this time"


class Proposal(models.Model):
    """Who should visit whom when, in one plan. ``why`` holds codes and instants alone."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        CHANGED = "changed", "Booked otherwise"
        REFUSED = "refused", "Refused"
        OVERTAKEN = "overtaken", "Overtaken: somebody was booked elsewhere meanwhile"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="proposals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="proposals")
    adviser = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    second_worker = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    during = DateTimeRangeField()
    is_late = models.BooleanField(default=False)
    why = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    refused_for = models.CharField(max_length=20, choices=RefusalReason, blank=True)
    decided_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "follow_up"], name="visits_proposal_one_a_run"),
            models.CheckConstraint(
                name="visits_proposal_two_different_workers",
                condition=Q(second_worker=None) | ~Q(second_worker=F("adviser")),
            ),
            models.CheckConstraint(
                name="visits_proposal_refused_says_why",
                condition=Q(state="refused", refused_for__in=RefusalReason.values)
                | (~Q(state="refused") & Q(refused_for="")),
            ),
            models.CheckConstraint(
                name="visits_proposal_decided_says_who",
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["follow_up", "state"], name="visits_proposal_before")]

    def __str__(self) -> str:
        return f"Proposal for {self.during.lower:%Y-%m-%d %H:%M}"


class NotPlaced(models.Model):
    """A follow-up that a plan could place nowhere, and why, in codes and instants alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="not_placed")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="+")
    why = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "follow_up"], name="visits_notplaced_once_a_run")
        ]

    def __str__(self) -> str:
        return "Not placed"
