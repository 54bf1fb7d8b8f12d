"""What changed outside after a referral was sent: a release, a change of bail."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.clock_reasons import ChangeKind
from referrals.models import Referral


class ChangeOfCircumstance(models.Model):
    """A coded change that makes a follow-up urgent until somebody has dealt with it.

    ``agency`` is the one that owes the follow-up. It sees all of them; whoever reported one sees
    that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="changes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=ChangeKind)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    dealt_with_at = models.DateTimeField(null=True, blank=True)
    dealt_with_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="visits_changeofcircumstance_dealt_with_by_somebody",
                condition=Q(dealt_with_at=None, dealt_with_by=None)
                | Q(dealt_with_at__gte=F("at"), dealt_with_by__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["agency", "referral"],
                name="visits_change_open",
                condition=Q(dealt_with_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.happened_at:%Y-%m-%d %H:%M}"
