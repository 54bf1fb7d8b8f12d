"""What the door remembers: the answers it gave, for callers that ask twice."""

import uuid

from django.db import models

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
