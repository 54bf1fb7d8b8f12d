"""Who had a case in hand within an agency, and since when."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.reasons import HandOverReason
from referrals.models.referral import Referral


class Assignment(models.Model):
    """A case went from one colleague to another: the agency's own affair, written once.

    Keys do not move: they are the agency's. Who may open the case does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=HandOverReason)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="referrals_assignment_to_somebody_else",
                condition=Q(before=None) | ~Q(before=F("to")),
            )
        ]
        indexes = [models.Index(fields=["referral", "-at"], name="referrals_assignment_line")]

    def __str__(self) -> str:
        return f"{self.referral_id} to {self.to_id}"
