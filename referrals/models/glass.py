"""Break-glass: for an hour somebody reads a case of their agency that is in other hands."""

import uuid
from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.reasons import BreakGlassReason, GlassFinding
from referrals.models.case import Case
from referrals.models.referral import Referral

LASTS: Final = timedelta(minutes=60)
"""How long it may be looked at, and how long a request waits for its second person."""

_NOT_ANSWERED = Q(answered_at=None, answered_by=None, is_approved=None)
_ANSWERED = Q(answered_at__isnull=False, answered_by__isnull=False, is_approved__isnull=False)
_NOT_REVIEWED = Q(reviewed_at=None, reviewed_by=None, finding="")
_REVIEWED = Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="")


class BreakGlass(models.Model):
    """One request to read parts of one case, what a second person said, what a third found.

    Nobody is two of the three. ``expires_at`` and ``review_due_at`` are set with the yes.
    ``reminded_at`` is when it was told that nobody had reviewed it in time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="glasses")
    compartments = ArrayField(models.CharField(max_length=40))
    reason = models.CharField(max_length=20, choices=BreakGlassReason)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_approved = models.BooleanField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    review_due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=20, choices=GlassFinding, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referrals_breakglass_answered_whole", condition=_NOT_ANSWERED | _ANSWERED
            ),
            models.CheckConstraint(
                name="referrals_breakglass_second_person",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="referrals_breakglass_an_hour_at_most",
                condition=Q(expires_at=None, review_due_at=None) & ~Q(is_approved=True)
                | Q(
                    is_approved=True,
                    expires_at__gt=F("answered_at"),
                    expires_at__lte=F("answered_at") + LASTS,
                    review_due_at__gt=F("answered_at"),
                ),
            ),
            models.CheckConstraint(
                name="referrals_breakglass_reviewed_whole", condition=_NOT_REVIEWED | _REVIEWED
            ),
            models.CheckConstraint(
                name="referrals_breakglass_third_person",
                condition=Q(reviewed_by=None)
                | Q(is_approved=True)
                & ~Q(reviewed_by=F("asked_by"))
                & ~Q(reviewed_by=F("answered_by")),
            ),
            models.CheckConstraint(
                name="referrals_breakglass_of_some_part",
                condition=Q(compartments__len__gt=0),
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_due_at", "id"],
                name="referrals_breakglass_review",
                condition=Q(is_approved=True, reviewed_at=None),
            ),
            models.Index(
                fields=["agency", "asked_at"],
                name="referrals_breakglass_waits",
                condition=Q(answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Break-glass asked at {self.asked_at:%Y-%m-%d %H:%M}"
