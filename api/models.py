"""What the door remembers: answers, for callers that ask twice, and what was brought in bulk."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Membership


class StoredAnswer(models.Model):
    """The answer to one POST, sealed. The same key again gets the same answer, for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "key"], name="api_storedanswer_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="api_storedanswer_age")]

    def __str__(self) -> str:
        return f"Answer {self.status} to {self.membership_id}"


class Import(models.Model):
    """Referrals that a system brings many at a time, bite by bite, and how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    last_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["membership", "-made_at", "-id"], name="api_import_newest"),
            models.Index(fields=["last_at"], name="api_import_age"),
        ]

    def __str__(self) -> str:
        return f"Import of {self.rows} rows"


class ImportedRow(models.Model):
    """What became of one row. Of the row itself it holds keyed hashes, and no word.

    ``source_hash`` stands for the number it has in the system it came from: that number makes one
    referral, however often it is brought. ``problem`` is the type, detail and errors of a refusal.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        MADE = "made", "A referral was made"
        ALREADY = "already", "It was brought before; nothing was done"
        CHANGED = "changed", "It was brought before and says something else now; nothing was done"
        REFUSED = "refused", "It could not be kept; nothing of it was"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    within = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="results")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    source_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reference = models.CharField(max_length=12, blank=True)
    problem = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["within", "number"], name="api_importedrow_in_order"),
            models.UniqueConstraint(
                fields=["membership", "source_hash"],
                condition=Q(outcome="made"),
                name="api_importedrow_made_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.outcome}"
