"""The consent ledger: what she said, about whom, and how it was taken. Lines are only added."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from directory.sharing import (
    Capacity,
    ConsentAnswer,
    ConsentMethod,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from referrals.models.case import Case


class Purpose(models.TextChoices):
    """What an agency may use what it is given for."""

    FOLLOW_UP = "follow_up", "The visit after the police visit, and advice"
    SERVICE = "service", "A service's help"
    MARAC = "marac", "The MARAC of the area"


class ConsentEntry(models.Model):
    """One answer: person, recipient, purpose and compartments. The newest one counts.

    Four things are kept apart: her answer, the Article 6 basis, the Article 9 condition, and
    whether it is safe to tell her (``field`` notes in ``directory/sharing.py``).
    Without her agreement an entry needs a ground; the words why are sealed with the incident.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consents")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose)
    compartments = ArrayField(models.CharField(max_length=40))
    answer = models.CharField(max_length=20, choices=ConsentAnswer)
    method = models.CharField(max_length=30, choices=ConsentMethod, blank=True)
    wording_version = models.CharField(max_length=20, blank=True)
    capacity = models.CharField(max_length=20, choices=Capacity, default=Capacity.PRESUMED)
    basis = models.CharField(max_length=30, choices=LawfulBasis)
    condition = models.CharField(max_length=30, choices=SpecialCondition)
    ground = models.CharField(max_length=30, choices=OverrideGround, blank=True)
    safe_to_tell = models.CharField(max_length=10, choices=SafeToTell, blank=True)
    taken_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    taken_by_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approve_by = models.DateTimeField(null=True, blank=True)
    withdraws = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "consent entries"
        ordering = ["-taken_at", "-id"]
        indexes = [
            models.Index(fields=["case", "recipient", "-taken_at"], name="referrals_consent_newest")
        ]
        constraints = [
            models.CheckConstraint(
                name="referrals_consent_given_says_how",
                condition=~Q(answer=ConsentAnswer.GIVEN) | (~Q(method="") & ~Q(wording_version="")),
            ),
            models.CheckConstraint(
                name="referrals_consent_override_ends",
                condition=Q(ground="")
                | (
                    ~Q(answer=ConsentAnswer.GIVEN)
                    & Q(expires_at__isnull=False)
                    & ~Q(safe_to_tell="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} for {self.recipient_id}"

    def again(self, **changes: object) -> "ConsentEntry":
        """Another line, not saved, that says the same but for the ``changes``."""
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        same = {field.attname: getattr(self, field.attname) for field in fields}
        return ConsentEntry(**{**same, **changes})
