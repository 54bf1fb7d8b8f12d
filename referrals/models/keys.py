"""What consent turns into: grants, and the keys of a case sealed to one agency each."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from referrals.models.case import Case
from referrals.models.consent import ConsentEntry


class GrantQuerySet(models.QuerySet["Grant"]):
    """Which grants there are."""

    def live(self, at: object) -> "GrantQuerySet":
        """Grants that open something at an instant."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class Grant(models.Model):
    """An agency may open these compartments of a case, which it calls by ``reference``.

    No two agencies' references for a case lead to each other. ``compartments`` is what it may
    open of what is written from ``first_epoch`` on, ``earlier_compartments`` of what stood before.
    ``last_epoch`` is set for an agency that keeps what it has but gets nothing written later
    (the police, once an IDVA has taken the case). ``owes_new_keys`` is set where the clock ended
    it: what it opened is sealed anew by whoever comes next (``referrals/renewing.py``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12, unique=True)
    compartments = ArrayField(models.CharField(max_length=40))
    earlier_compartments = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    consent = models.ForeignKey(
        ConsentEntry, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    first_epoch = models.PositiveIntegerField()
    last_epoch = models.PositiveIntegerField(null=True, blank=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    owes_new_keys = models.BooleanField(default=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(revoked_at=None, expires_at__isnull=False),
                name="referrals_grant_to_end",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency"],
                condition=Q(revoked_at=None),
                name="referrals_grant_one_live_per_agency",
            ),
            models.CheckConstraint(
                name="referrals_grant_ends_after_it_begins",
                condition=Q(last_epoch=None) | Q(last_epoch__gte=F("first_epoch")),
            ),
        ]

    def __str__(self) -> str:
        return f"Grant of {self.case_id} to {self.agency_id}"


class Bundle(models.Model):
    """Keys of a case sealed to one agency at one epoch, and signed (``vault/bundles.py``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="bundles")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    key_version = models.PositiveIntegerField(db_index=True)
    sealed = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency", "epoch"], name="referrals_bundle_once_an_epoch"
            )
        ]

    def __str__(self) -> str:
        return f"Bundle of {self.case_id} for {self.agency_id} at {self.epoch}"


class ErasureKey(models.Model):
    """The key without which no bundle of the case opens. Deleting it erases the case."""

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="erasure_key"
    )
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"Erasure key of {self.case_id}"
