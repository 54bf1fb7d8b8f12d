"""What the key service counts: whom it gave the keys of which case, for a day."""

import uuid

from django.db import models
from django.db.models import Q


class Purpose(models.TextChoices):
    """What keys are asked for."""

    OPEN = "open", "To open a case"
    RESEAL = "reseal", "To seal a case anew for everybody"


class Release(models.Model):
    """Keys of a case were given to a member. No foreign keys: whoever asks may have locked what
    they would lead to, and waits for the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_id = models.BigIntegerField()
    membership_id = models.BigIntegerField()
    case_id = models.UUIDField()
    purpose = models.CharField(max_length=10, choices=Purpose)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["membership_id", "at"], name="keyd_release_lately")]
        constraints = [
            models.CheckConstraint(
                name="keyd_release_known_purpose", condition=Q(purpose__in=Purpose.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.case_id} by {self.membership_id}"
