"""Keys at rest. Every secret here is wrapped by the root; public keys are signed by it."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from vault.keypairs import KeySuite

SUITES = [(suite.value, suite.value) for suite in KeySuite]
DESTROYED = b""
"""What a wrapped key becomes once nothing is left that it opens. Its row stays, and says so."""


def destroyed_was_retired(name: str) -> models.CheckConstraint:
    """Nobody destroys a key that is still sealed to, signed or tagged with."""
    return models.CheckConstraint(
        condition=~models.Q(wrapped_key=DESTROYED) | models.Q(retired_at__isnull=False), name=name
    )


class AgencyKey(models.Model):
    """One version of an agency's key pair: bundles are sealed to the public half."""

    agency_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    suite = models.CharField(max_length=10, choices=SUITES)
    public_key = models.BinaryField()
    signature = models.BinaryField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=TransactionNow())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "version"], name="vault_agencykey_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="vault_agencykey_version_from_one"
            ),
            destroyed_was_retired("vault_agencykey_destroyed_was_retired"),
            models.CheckConstraint(
                condition=models.Q(suite__in=[name for name, _ in SUITES]),
                name="vault_agencykey_known_suite",
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.version} of agency {self.agency_id}"


class BlindIndexKey(models.Model):
    """One version of the key with which one agency's search tags for one purpose are made."""

    agency_id = models.BigIntegerField()
    purpose = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=TransactionNow())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "purpose", "version"], name="vault_blindindexkey_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="vault_blindindexkey_version_from_one"
            ),
            destroyed_was_retired("vault_blindindexkey_destroyed_was_retired"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} index key {self.version} of agency {self.agency_id}"


class SigningKey(models.Model):
    """One version of the key with which the house signs one kind of statement."""

    purpose = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    public_key = models.BinaryField()
    signature = models.BinaryField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=TransactionNow())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"], name="vault_signingkey_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="vault_signingkey_version_from_one"
            ),
            destroyed_was_retired("vault_signingkey_destroyed_was_retired"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} signing key {self.version}"


class HouseKey(models.Model):
    """One version of a symmetric key of the house itself: sealed secrets, keyed hashes."""

    purpose = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=TransactionNow())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"], name="vault_housekey_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="vault_housekey_version_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} house key {self.version}"


class CaseKeyChange(models.Model):
    """How far a change of an agency's case keys has got: cases up to ``last_case`` are done."""

    agency_id = models.BigIntegerField()
    last_case = models.UUIDField(null=True, blank=True)
    begun_at = models.DateTimeField(db_default=TransactionNow())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id"],
                condition=models.Q(ended_at=None),
                name="vault_casekeychange_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"change of the case keys of agency {self.agency_id}"
