"""How much somebody has looked at: what the limits of opening and searching are counted from."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from referrals.models.case import Case


class LookKind(models.TextChoices):
    """What was done."""

    OPENED = "opened", "Opened a case"
    SEARCHED = "searched", "Searched"
    CONFIRMED = "confirmed", "Said again that it is them"


class Look(models.Model):
    """One member opened a case, searched, or confirmed that they mean to go on.

    A case opened again within the hour is the same look. What was searched for is nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=LookKind)
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="+", null=True, blank=True, db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["membership", "at"], name="referrals_look_lately")]
        constraints = [
            models.CheckConstraint(
                name="referrals_look_opened_a_case",
                condition=Q(kind=LookKind.OPENED, case__isnull=False)
                | Q(~Q(kind=LookKind.OPENED), case=None),
            ),
            models.CheckConstraint(
                name="referrals_look_known_kind", condition=Q(kind__in=LookKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.membership_id}"
