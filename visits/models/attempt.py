"""Attempts to be in touch."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.contact import (
    HOLDS_CONTACT,
    AttemptOutcome,
    ContactChannel,
    SafetyConcern,
    WhoAnswered,
)
from referrals.models import ContactRule
from visits.models.follow_up import FollowUp


class ContactAttempt(models.Model):
    """One attempt to be in touch, in codes. What was said is a sealed note.

    ``number`` counts the attempts of a follow-up. ``rule`` and ``rule_version`` say on which
    agreement it relied, and are empty where there was none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="attempts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=ContactChannel)
    outcome = models.CharField(max_length=30, choices=AttemptOutcome)
    in_safe_time = models.BooleanField()
    outside_reason = models.CharField(max_length=30, blank=True)
    rule = models.ForeignKey(
        ContactRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    rule_version = models.PositiveIntegerField(null=True, blank=True)
    who_answered = models.CharField(max_length=20, choices=WhoAnswered, blank=True)
    message_left = models.BooleanField(default=False)
    concern = models.CharField(max_length=20, choices=SafetyConcern, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "number"], name="visits_attempt_counted_once"
            ),
            models.CheckConstraint(
                name="visits_attempt_next_comes_after",
                condition=Q(next_at=None) | Q(next_at__gt=F("at")),
            ),
            models.CheckConstraint(
                name="visits_attempt_rule_has_its_version",
                condition=Q(rule=None, rule_version=None)
                | Q(rule__isnull=False, rule_version__isnull=False),
            ),
            models.CheckConstraint(
                name="visits_attempt_somebody_else_is_not_them",
                condition=~Q(outcome="somebody_else_answered") | ~Q(who_answered="themselves"),
            ),
            models.CheckConstraint(
                name="visits_attempt_outside_safe_time_says_why",
                condition=Q(in_safe_time=True)
                | ~Q(outside_reason="")
                | Q(outcome__in=sorted(outcome.value for outcome in HOLDS_CONTACT)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M}"
