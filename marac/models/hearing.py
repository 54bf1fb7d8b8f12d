"""What came of a hearing: what agencies agreed to do, and the duty to tell her."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from marac.codes import AgreedAction, TellingOutcome
from marac.models.referral import Listing
from referrals.models import Referral


class MaracAction(models.Model):
    """Something an agency agreed to do by a day. Its words are sealed with the case, by this id.

    The MARAC has no power over anybody's cases: each agency answers for what it agreed to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="actions")
    coordinator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=30, choices=AgreedAction)
    due_on = models.DateField()
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.code} by {self.due_on}"


class TellingQuerySet(models.QuerySet["Telling"]):
    """Which duties to tell there are."""

    def owed_for(self, referral: Referral, agency_id: int) -> "TellingQuerySet":
        """What an agency still has to tell the person a referral is about, the earliest first."""
        standing = self.filter(referral=referral, agency=agency_id, done_at=None)
        return standing.filter(listing__left_at=None).order_by("due_at", "id")


class Telling(models.Model):
    """The duty of her IDVA's agency to tell her the result within two working days.

    ``referral`` is the one by which that agency works on the case. The worker adds the row once
    the meeting's time has passed, whether or not anything was recorded of it yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="telling")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    coordinator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(
        Referral, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=TellingOutcome, blank=True)
    by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = TellingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="marac_telling_done_says_how",
                condition=Q(done_at=None, outcome="", by=None)
                | (Q(done_at__isnull=False, by__isnull=False) & ~Q(outcome="")),
            )
        ]

    def __str__(self) -> str:
        return f"Telling due {self.due_at:%Y-%m-%d %H:%M}"
