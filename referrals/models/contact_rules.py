"""How she may be reached, in the clear: per case and channel, codes, times and instants.

The words (the number, what to say, the code word) are sealed records of the `contact` part.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.contact import AskAgain, ContactChannel, HoldReason, ReleaseReason
from referrals.models.case import Case
from referrals.models.referral import Referral


class ContactRule(models.Model):
    """What was agreed about one way of reaching her. What no rule allows nobody may do.

    ``record_id`` and ``version`` name the sealed words it stands beside. ``ask_again`` says why
    it may not be relied on until somebody has asked her again; empty while it may.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contact_rules")
    channel = models.CharField(max_length=20, choices=ContactChannel)
    allowed = models.BooleanField(default=False)
    windows = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    ask_again = models.CharField(max_length=20, choices=AskAgain, blank=True)
    record_id = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "channel"], name="referrals_contactrule_one_a_channel"
            ),
            models.CheckConstraint(
                name="referrals_contactrule_allowed_was_confirmed",
                condition=Q(allowed=False) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referrals_contactrule_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="referrals_contactrule_expires_later",
                condition=Q(expires_at=None)
                | Q(confirmed_at__isnull=False, expires_at__gt=F("confirmed_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["confirmed_at"],
                name="referrals_contactrule_relied",
                condition=Q(allowed=True, ask_again=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.case_id}"


class ContactHold(models.Model):
    """Nobody tries to reach her in any way, from one moment until somebody has found a safe one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contact_holds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30, choices=HoldReason)
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    release_reason = models.CharField(max_length=30, choices=ReleaseReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(released_at=None),
                name="referrals_contacthold_one_at_a_time",
            ),
            models.CheckConstraint(
                name="referrals_contacthold_released_says_why",
                condition=Q(released_at=None, released_by=None, release_reason="")
                | (Q(released_at__gte=F("at"), released_by__isnull=False) & ~Q(release_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Hold of {self.case_id} since {self.at:%Y-%m-%d %H:%M}"


class GivenContact(models.Model):
    """A way that whoever referred her found after handing the case over.

    The giver holds no key of the case any more, so the words are sealed under a key of their own,
    and that to the receiving agency alone: the giver cannot read them back either.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=ContactChannel)
    windows = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    epoch = models.PositiveIntegerField()
    envelope = models.BinaryField()
    sealed = models.BinaryField()
    key_version = models.PositiveIntegerField()
    signature = models.BinaryField()
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referrals_givencontact_not_to_oneself",
                condition=~Q(agency=F("to_agency")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} given for {self.case_id}"
