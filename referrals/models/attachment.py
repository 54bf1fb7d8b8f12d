"""The bytes of what is attached to a case."""

import uuid

from django.db import models

from referrals.models.sealed import SealedRecord


class AttachmentFrame(models.Model):
    """One sealed piece of a file. It goes where its record goes: whoever may see the one sees the
    other, and the database deletes it with it.

    What is said of the file, and its key, is the document of ``record``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(
        SealedRecord,
        on_delete=models.DO_NOTHING,
        related_name="frames",
        db_constraint=False,  # its migration makes one that deletes
    )
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "number"], name="referrals_attachmentframe_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Frame {self.number}"
