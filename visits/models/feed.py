"""The feed by which a member's own calendar learns when they are taken."""

import uuid

from django.db import models

from accounts.models import Membership


class CalendarFeed(models.Model):
    """A secret address that a member's calendar asks. It says when, and nothing else.

    The address itself is kept nowhere: ``checksum`` is what it is found by, before anybody is
    known. A member has one at most; a new one ends the one before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
    checksum = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Calendar feed of {self.membership_id}"
