"""The tables of oversight: who holds checkpoints outside, and what managers have looked at."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Agency, Membership
from audit.models import PLATFORM, Checkpoint
from notices.claiming import Claimable


class HolderKind(models.TextChoices):
    """How a checkpoint leaves the house."""

    FILE = "file", "Append-only file"
    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"


class HolderQuerySet(models.QuerySet["Holder"]):
    """Which holders there are."""

    def current(self) -> "HolderQuerySet":
        """Those that are sent checkpoints."""
        return self.filter(removed_at=None)


class Holder(models.Model):
    """Somebody outside the house who keeps an agency's checkpoints; the platform's without agency.

    ``owed_until`` is up to when its checkpoints were made into deliveries.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    kind = models.CharField(max_length=10, choices=HolderKind)
    address = models.CharField(max_length=500)
    added_at = models.DateTimeField(db_default=Now())
    owed_until = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = HolderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "address"],
                condition=Q(removed_at=None),
                nulls_distinct=False,
                name="oversight_holder_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.agency_id or 'the platform'}"

    @property
    def chain(self) -> int:
        """The chain it holds checkpoints of."""
        return self.agency_id or PLATFORM


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Which deliveries there are."""

    def unsent(self) -> "DeliveryQuerySet":
        """What has not arrived and may still be tried."""
        return self.filter(sent_at=None, parked_at=None, holder__removed_at=None)


class Delivery(Claimable):
    """One checkpoint owed to one holder."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="deliveries")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            *Claimable.Meta.constraints,
            models.UniqueConstraint(
                fields=["holder", "checkpoint"], name="oversight_delivery_once"
            ),
            models.CheckConstraint(
                name="oversight_delivery_sent_is_settled",
                condition=Q(sent_at=None) | Q(lease_until=None, parked_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                condition=Q(sent_at=None, parked_at=None),
                name="oversight_delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"


class Ground(models.TextChoices):
    """Why the law lets an entry be kept from the person it is about, for now."""

    INVESTIGATION = "investigation", "It would prejudice an investigation"
    SAFETY = "safety", "It would put somebody in danger"
    PROCEEDINGS = "proceedings", "It would prejudice proceedings"


class LookQuerySet(models.QuerySet["Look"]):
    """Which looks there were."""

    def at_chain(self, agency_id: int, seqs: list[int]) -> dict[int, "Look"]:
        """The newest look at each of these entries that was looked at."""
        looks = self.filter(agency=agency_id, seq__in=seqs).order_by("looked_at", "pk")
        return {look.seq: look for look in looks.select_related("by__user")}


class Look(models.Model):
    """A manager has looked at an entry of their agency's evidence; never changed, the newest holds.

    With a ``ground`` the entry is counted in the person's own view, and not shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(db_default=Now())

    objects = LookQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "seq"], name="oversight_look_at_entry")]

    def __str__(self) -> str:
        return f"Look at {self.agency_id}/{self.seq}"


class Recovery(models.Model):
    """Somebody lost their way in: one of the agency asks, another, who has seen them, answers.

    Written by the two functions of its migration alone. Unanswered, it ends after a day.
    """

    class Reason(models.TextChoices):
        """What they lost."""

        PHONE_LOST = "phone_lost", "Their phone was lost or stolen"
        PHONE_NEW = "phone_new", "They have another phone"
        PASSWORD = "password", "They forgot their password"
        BOTH = "both", "They lost both"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="oversight_recovery_three_people",
                condition=~Q(person=models.F("asked_by"))
                & (Q(answered_by=None) | ~Q(answered_by=models.F("asked_by")))
                & (Q(answered_by=None) | ~Q(answered_by=models.F("person"))),
            ),
        ]
        indexes = [models.Index(fields=["agency", "-asked_at"], name="oversight_recovery_newest")]

    def __str__(self) -> str:
        return f"Way back in for {self.person_id}"
