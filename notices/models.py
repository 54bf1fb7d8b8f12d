"""What members are owed to be told, and when each sweep last ran."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Agency, Membership
from notices.claiming import Claimable


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which notices there are."""

    def of(self, member: Membership) -> "NoticeQuerySet":
        """A member's own, newest first."""
        return self.filter(recipient=member).order_by("-created_at", "pk")

    def unseen(self) -> "NoticeQuerySet":
        """What its recipient has not looked at yet."""
        return self.filter(seen_at=None)

    def unsent(self) -> "NoticeQuerySet":
        """What no letter has gone out for and may still be tried."""
        return self.filter(sent_at=None, parked_at=None)


class Notice(Claimable):
    """One thing one member is owed to be told: shown on their screen, and a letter sent.

    ``kind`` is the code of what happened and ``reference`` the referral it happened to; nothing
    here says anything about a person. ``dedupe`` is what makes owing it twice the same as once.
    ``due_at`` is when it should have been told, where there was such a time.
    The key is made here, not by the database: whoever owes a notice to another agency could not
    read it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=40, blank=True)
    dedupe = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.CheckConstraint(
                name="notices_notice_says_only_codes",
                condition=Q(kind__regex=r"^[a-z][a-z0-9_.]*$")
                & Q(reference__regex=r"^[A-Za-z0-9-]*$")
                & Q(dedupe__regex=r"^[A-Za-z0-9_.:-]+$"),
            ),
            models.CheckConstraint(
                name="notices_notice_sent_is_settled",
                condition=Q(sent_at=None) | Q(lease_until=None, parked_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                condition=Q(sent_at=None, parked_at=None),
                name="notices_notice_due",
            ),
            models.Index(fields=["recipient", "-created_at"], name="notices_notice_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


class Tick(models.Model):
    """One turn of one sweep. There is one a slot, however many clocks ask for it."""

    job = models.CharField(max_length=40)
    slot = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "slot"], name="notices_tick_once_per_slot")
        ]

    def __str__(self) -> str:
        return f"{self.job} at {self.started_at:%H:%M:%S}"
