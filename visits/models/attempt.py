"""Attempts to be in touch."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from directory.contact import HOLDS_CONTACT, AttemptOutcome, ContactChannel
from visits.models.follow_up import FollowUp


class ContactAttempt(models.Model):
    """One attempt to be in touch, in codes. What was said is a sealed note."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="attempts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=ContactChannel)
    outcome = models.CharField(max_length=30, choices=AttemptOutcome)
    in_safe_time = models.BooleanField()
    outside_reason = models.CharField(max_length=30, blank=True)
    message_left = models.BooleanField(default=False)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_attempt_outside_safe_time_says_why",
                condition=Q(in_safe_time=True)
                | ~Q(outside_reason="")
                | Q(outcome__in=sorted(outcome.value for outcome in HOLDS_CONTACT)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M}"
