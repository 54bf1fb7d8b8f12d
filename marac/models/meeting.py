"""Meetings, and who is invited to them."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from directory.areas import AREA_CHOICES
from marac.codes import CancelReason, MeetingState


class Meeting(models.Model):
    """One meeting of an area's MARAC, called by the agency that coordinates it.

    There is one a day and area at most, so that area and day name it on screens. ``held_on`` is
    the day of ``held_at`` in London; the database sees to it. One that was cancelled leaves its
    day free.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    held_at = models.DateTimeField()
    held_on = models.DateField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=20, choices=CancelReason, blank=True)

    class Meta:
        ordering = ["held_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "area_code", "held_on"],
                condition=~Q(state=MeetingState.CANCELLED),
                name="marac_meeting_one_a_day",
            ),
            models.CheckConstraint(
                name="marac_meeting_cancelled_says_why",
                condition=(
                    ~Q(state=MeetingState.CANCELLED) & Q(cancelled_at=None, cancel_reason="")
                )
                | (
                    Q(state=MeetingState.CANCELLED, cancelled_at__isnull=False)
                    & ~Q(cancel_reason="")
                ),
            ),
            models.CheckConstraint(
                name="marac_meeting_closes_before_it_is_held",
                condition=Q(closes_at__lte=F("held_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.area_code} on {self.held_on}"


class Invitation(models.Model):
    """An agency that sits at a meeting. ``coordinator`` is the one that invited it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    coordinator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "agency"], name="marac_invitation_once")
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.agency_id}"
