"""The tables of evidence: ids and words, no foreign keys, so that nothing can take them along."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

PLATFORM: Final = 0  # the chain of what no agency did
KEYD: Final = -1  # the key service's own


class ChainHead(models.Model):
    """Where an agency's chain ends. Locked by the append, so a chain cannot fork."""

    agency_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    entry_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"Chain of {self.agency_id} at {self.seq}"


class AuditEntry(models.Model):
    """One act, read or refusal. Written by ``audit_append`` alone; nothing changes it.

    ``entry_hash`` is SHA-256 over the domain ``pierhead/audit/v1``, every other field in the
    order of :data:`audit.chain.FIELDS`, each behind its length, and the hash before it.
    """

    pk = models.CompositePrimaryKey("agency_id", "seq")
    agency_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    actor_role = models.TextField()
    action = models.TextField()
    object_type = models.TextField()
    object_id = models.TextField()
    compartments = ArrayField(models.TextField())
    purpose = models.TextField()
    decision = models.TextField()
    reason = models.TextField()
    request_id = models.TextField()
    prev_hash = models.BinaryField(max_length=32)
    entry_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(
                fields=["agency_id", "object_type", "object_id"], name="audit_entry_by_object"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.seq} {self.action} {self.decision}"


class Checkpoint(models.Model):
    """Where a chain stood at a moment, signed by the house and held by others as well.

    Kept by ``audit_keep_checkpoint`` alone, and only of an entry that is there; nothing changes it.
    """

    id = models.BigAutoField(primary_key=True)
    agency_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    entry_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "seq"], name="audit_checkpoint_once_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"Checkpoint of {self.agency_id} at {self.seq}"
