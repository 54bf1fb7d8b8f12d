"""What is referred to a MARAC, and on which meeting's list it stands."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Agency, Membership
from directory.areas import AREA_CHOICES
from marac.codes import Answer, Ground, MoveReason, OffReason
from marac.models.meeting import Meeting
from referrals.lifecycle import PENDING, Status
from referrals.models import Case, Referral


class MaracReferralQuerySet(models.QuerySet["MaracReferral"]):
    """Which MARAC referrals there are."""

    def standing(self) -> "MaracReferralQuerySet":
        """Those that are the coordinator's to have heard, or to take on: neither taken off, nor
        withdrawn or declined, nor taken on by another area's coordinator since."""
        elsewhere = MaracReferral.objects.filter(
            transferred_from=OuterRef("pk"), referral__status__in=[Status.ACCEPTED, Status.CLOSED]
        )
        alive = [*PENDING, Status.ACCEPTED, Status.CLOSED]
        return self.filter(~Exists(elsewhere), ended_at=None, referral__status__in=alive)


class MaracReferral(models.Model):
    """Why one case is to be heard. The passing itself is the ``referral`` to the coordinator.

    ``agency`` coordinates; ``idva_agency`` speaks for her at the meeting and tells her the result.
    Whose words a ground rests on are sealed with the case, under this row's id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="marac")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    referring_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    idva_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    grounds = ArrayField(models.CharField(max_length=30, choices=Ground))
    police_incidents = models.PositiveSmallIntegerField(null=True, blank=True)
    said_repeat = models.CharField(max_length=10, choices=Answer, default=Answer.NOT_KNOWN)
    knows = models.CharField(max_length=10, choices=Answer)
    transferred_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="transfers", null=True, blank=True
    )
    referred_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=OffReason, blank=True)

    objects = MaracReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="marac_referral_has_a_ground", condition=Q(grounds__len__gte=1)
            ),
            models.CheckConstraint(
                name="marac_referral_escalation_is_counted",
                condition=~Q(grounds__contains=[Ground.POTENTIAL_ESCALATION])
                | Q(police_incidents__gte=3),
            ),
            models.CheckConstraint(
                name="marac_referral_transfer_says_from_where",
                condition=Q(~Q(grounds__contains=[Ground.TRANSFER]), transferred_from__isnull=True)
                | Q(grounds__contains=[Ground.TRANSFER], transferred_from__isnull=False),
            ),
            models.CheckConstraint(
                name="marac_referral_taken_off_says_why",
                condition=Q(ended_at=None, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "ended_at"], name="marac_referral_of_coordinator"),
            models.Index(fields=["case", "-referred_at"], name="marac_referral_of_case"),
        ]

    def __str__(self) -> str:
        return f"MARAC referral {self.pk}"


class Listing(models.Model):
    """A place on one meeting's list. A case moved to another meeting leaves this line standing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marac = models.ForeignKey(MaracReferral, on_delete=models.CASCADE, related_name="listings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="listings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_for = models.CharField(
        max_length=20, choices=[*MoveReason.choices, *OffReason.choices], blank=True
    )
    heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["listed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["marac"], condition=Q(left_at=None), name="marac_listing_on_one_list"
            ),
            models.CheckConstraint(
                name="marac_listing_left_says_why",
                condition=Q(left_at=None, left_for="")
                | (Q(left_at__isnull=False) & ~Q(left_for="")),
            ),
            models.CheckConstraint(
                name="marac_listing_heard_or_left",
                condition=Q(left_at=None) | Q(heard_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Listing of {self.marac_id}"


class RepeatFound(models.Model):
    """One agency knows from its own cases that a MARAC referral is a repeat of an earlier one.

    Nobody else sees the line: what one agency finds must not tell another that she was known.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marac = models.ForeignKey(MaracReferral, on_delete=models.CASCADE, related_name="found")
    earlier = models.ForeignKey(MaracReferral, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marac", "agency"], name="marac_repeatfound_once")
        ]

    def __str__(self) -> str:
        return f"Repeat of {self.earlier_id}"
