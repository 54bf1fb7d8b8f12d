"""Closing without having reached her, where the risk is high: one asks, another signs off."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.reasons import ClosureReason
from visits.models.follow_up import FollowUp


class ClosureRequest(models.Model):
    """An adviser asks to close, and a manager signs it off or turns it down."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="closure_requests"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, choices=ClosureReason)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_signed_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(answered_at=None),
                name="visits_closurerequest_one_at_a_time",
            ),
            models.CheckConstraint(
                name="visits_closurerequest_signed_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="visits_closurerequest_answered_by_somebody",
                condition=Q(answered_at=None, answered_by=None, is_signed_off=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Closing of {self.follow_up_id} asked at {self.asked_at:%Y-%m-%d %H:%M}"
