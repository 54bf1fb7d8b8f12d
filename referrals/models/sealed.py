"""Everything that names, locates or tells: sealed, in a table the worker cannot read."""

import uuid

from django.db import models

from accounts.models import Agency, Membership
from referrals.models.case import Case


class RecordKind(models.TextChoices):
    """What a sealed record is about."""

    DOCUMENT = "document", "Document of a compartment"
    PARTY = "party", "Another person in the case"
    NOTE = "note", "Note"
    ASSESSMENT = "assessment", "Risk assessment"
    WAY = "way", "A way to be in touch"
    ATTACHMENT = "attachment", "A file"


class SealedRecord(models.Model):
    """One version of one record of a compartment, sealed to the epoch it was written in.

    Nothing is overwritten: a change is the next ``version`` of the same ``record_id``. ``code``
    says in the clear what a party is (``alleged_perpetrator:partner``), never who, and by which
    channel a way to be in touch goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records")
    compartment = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=RecordKind)
    code = models.CharField(max_length=60, blank=True)
    record_id = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    epoch = models.PositiveIntegerField()
    envelope = models.BinaryField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "record_id", "version"], name="referrals_sealedrecord_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.compartment}, version {self.version}"
