"""What happened, in order, for an agency's systems; and where they want to be told of it."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import Agency, Membership
from events.kinds import EventKind
from notices.claiming import Claimable

KEPT_FOR: Final = timedelta(days=90)


class EventQuerySet(models.QuerySet["Event"]):
    """Which events there are."""

    def numbered_for(self, agency_id: int) -> "EventQuerySet":
        """An agency's, which have their place in its order."""
        return self.filter(agency=agency_id, position__isnull=False)

    def happened_since(self, since: datetime, agency_id: int) -> "EventQuerySet":
        """An agency's from an instant on, numbered yet or not."""
        return self.filter(agency=agency_id, occurred_at__gte=since)


class Event(models.Model):
    """Something happened to a referral that an agency has to do with: its reference, and no more.

    ``position`` is given after the commit, one by one (``events/sweeping.py``): whoever has read as
    far as a number has missed nothing before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=EventKind)
    reference = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    position = models.BigIntegerField(null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "position"], name="events_event_in_order"),
            models.CheckConstraint(
                name="events_event_known_kind", condition=Q(kind__in=EventKind.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "occurred_at"],
                condition=Q(position=None),
                name="events_event_new",
            ),
            models.Index(fields=["occurred_at"], name="events_event_age"),
            models.Index(fields=["agency", "occurred_at", "reference"], name="events_event_since"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} for {self.agency_id}"


class EventHead(models.Model):
    """How far an agency's events are numbered. Locked by whoever numbers, so no two are alike."""

    agency = models.OneToOneField(
        Agency, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Events of {self.agency_id} up to {self.position}"


class HookQuerySet(models.QuerySet["Hook"]):
    """Which webhooks there are."""

    def current(self) -> "HookQuerySet":
        """Those that are called: not ended, of a system that still acts."""
        return self.filter(ended_at=None, client__ended_at=None, agency__is_active=True)


class Hook(models.Model):
    """Where a system wants to be told at once. After a failed call it rests a while."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="hooks")
    address = models.CharField(max_length=500)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=40, blank=True)

    objects = HookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_at=None), name="events_hook_once_a_client"
            )
        ]

    def __str__(self) -> str:
        return f"Webhook of {self.client_id}"


class HookSecret(models.Model):
    """What a webhook's calls are signed with, sealed. Two overlap while one is being changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    public_key = models.CharField(max_length=60)
    made_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Signing secret of {self.hook_id}"


class CallQuerySet(models.QuerySet["Call"]):
    """Which calls are owed."""

    def unsent(self) -> "CallQuerySet":
        """What has not arrived and may still be tried."""
        return self.filter(sent_at=None, parked_at=None)

    def next_of_their_case(self) -> "CallQuerySet":
        """Unsent, and nothing earlier about the same referral is still unsent to the same place."""
        earlier = Call.objects.unsent().filter(
            hook=OuterRef("hook"), reference=OuterRef("reference"), number__lt=OuterRef("number")
        )
        return self.unsent().exclude(Exists(earlier))


class Call(Claimable):
    """One event owed to one webhook. ``number`` is its place among what the webhook is owed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="calls")
    event_id = models.UUIDField()
    kind = models.CharField(max_length=40, choices=EventKind)
    reference = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    number = models.BigIntegerField()
    owed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=40, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.UniqueConstraint(fields=["hook", "event_id"], name="events_call_once"),
            models.CheckConstraint(
                name="events_call_sent_is_settled",
                condition=Q(sent_at=None) | Q(lease_until=None, parked_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["hook", "reference", "number"],
                condition=Q(sent_at=None, parked_at=None),
                name="events_call_due",
            )
        ]

    def __str__(self) -> str:
        return f"Call {self.pk}"
