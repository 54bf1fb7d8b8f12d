"""What came of it, and what she says of prosecution. The agency's own: no other sees a row."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from directory.contact import VisitOutcome
from directory.harm import Need
from directory.outcomes import REASONS, OutcomeReason, Prosecution
from referrals.models import Case
from visits.models.follow_up import FollowUp


def _reason_fits() -> Q:
    found = Q(reason="")
    for outcome, reasons in REASONS.items():
        found |= Q(outcome=outcome, reason__in=[str(reason) for reason in reasons])
    return found


class Outcome(models.Model):
    """How one try to visit or reach her came out, why, and what support she wants. Only added to.

    ``support_wanted`` is empty where nothing was asked or wanted. What was said is a sealed note.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="outcomes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=VisitOutcome)
    reason = models.CharField(max_length=20, choices=OutcomeReason, blank=True)
    support_wanted = ArrayField(
        models.CharField(max_length=40, choices=Need), default=list, blank=True
    )
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_outcome_reason_is_the_outcomes", condition=_reason_fits()
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.recorded_at:%Y-%m-%d %H:%M}"


class ProsecutionView(models.Model):
    """Where she stood on prosecution on a day. Only added to: the newest is her view.

    No row is "not asked". Being engaged with support is another thing, and nothing in the house
    asks for this before it helps.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="prosecution_views")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    view = models.CharField(max_length=20, choices=Prosecution)
    held_on = models.DateField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_prosecutionview_was_asked",
                condition=~Q(view=Prosecution.NOT_ASKED),
            )
        ]
        indexes = [
            models.Index(
                fields=["case", "agency", "-recorded_at"], name="visits_prosecutionview_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.view} on {self.held_on}"
