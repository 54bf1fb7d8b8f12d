"""What members are owed to be told, and when each sweep last ran."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Agency, Membership, User
from notices.claiming import Claimable
from notices.kinds import is_urgent


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

    @property
    def is_urgent(self) -> bool:
        """Whether it cannot wait."""
        return is_urgent(self.kind)


class TextQuerySet(models.QuerySet["Text"]):
    """Which texts there are."""

    def unsent(self) -> "TextQuerySet":
        """What has not gone out and may still be tried."""
        return self.filter(sent_at=None, parked_at=None)


class Text(Claimable):
    """One neutral text message owed to one member, who gets it if they agreed to be texted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="texts", db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_urgent = models.BooleanField()
    dedupe = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = TextQuerySet.as_manager()

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.CheckConstraint(
                name="notices_text_sent_is_settled",
                condition=Q(sent_at=None) | Q(lease_until=None, parked_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                condition=Q(sent_at=None, parked_at=None),
                name="notices_text_due",
            )
        ]

    def __str__(self) -> str:
        return f"Text {self.pk}"


class AlarmNumber(models.Model):
    """The number at which a member of staff is texted, from the day they agree to it.

    Personal data of staff, and of nobody else: their agency sees it, and the worker that texts.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, primary_key=True, related_name="alarm_number"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=16)
    agreed_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notices_alarmnumber_is_e164",
                condition=Q(number__regex=r"^\+[1-9][0-9]{7,14}$"),
            )
        ]

    def __str__(self) -> str:
        return f"Alarm number of {self.membership_id}"


class Channel(models.TextChoices):
    """How somebody is told away from the screen."""

    LETTER = "letter", "Letter"
    TEXT = "text", "Text message"


class Quiet(models.Model):
    """Until when a person is sent nothing more on a channel: while a message to them is under
    way, and for the window after it. What cannot wait breaks through."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel"], name="notices_quiet_one_a_person_and_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} until {self.until:%H:%M:%S}"


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
