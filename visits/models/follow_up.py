"""The duty to be in touch after a police visit."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from directory.contact import VisitOutcome
from referrals.models import Referral
from visits.models.programme import Programme
from visits.querysets import FollowUpQuerySet

HANDED_ON = "handed_on"
"""How a follow-up ends for the agency that handed the duty on, once another has taken it."""
AGREEMENT_ENDED = "agreement_ended"
"""How a follow-up ends for an agency that has no access to the case any more."""


class FollowUp(models.Model):
    """The duty to be in touch within the programme's window of the police visit.

    By ``due_at`` a safe contact is due, by ``visit_by_at`` the visit, from ``visit_from_at`` on.
    None moves by itself. While ``paused_at`` is set nobody is woken. ``agency`` owes it;
    ``referring_agency`` may know when. ``acted_at`` is when somebody last did something about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="follow_up")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    referring_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    visit_ended_at = models.DateTimeField()
    due_at = models.DateTimeField()
    visit_from_at = models.DateTimeField()
    visit_by_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    code_due_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=20,
        choices=[
            *VisitOutcome.choices,
            (HANDED_ON, "Handed on to another agency"),
            (AGREEMENT_ENDED, "Their agreement ended"),
        ],
        blank=True,
    )
    needs_second_worker = models.BooleanField(default=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_followup_due_after_the_visit",
                condition=Q(due_at__gt=F("visit_ended_at")),
            ),
            models.CheckConstraint(
                name="visits_followup_visit_no_earlier_than_contact",
                condition=Q(visit_by_at__gte=F("due_at")),
            ),
            models.CheckConstraint(
                name="visits_followup_visit_has_a_window",
                condition=Q(visit_by_at__gt=F("visit_from_at")),
            ),
            models.CheckConstraint(
                name="visits_followup_ended_is_not_paused",
                condition=Q(ended_at=None) | Q(paused_at=None),
            ),
            models.CheckConstraint(
                name="visits_followup_ended_says_how",
                condition=Q(ended_at=None, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                name="visits_followup_desk",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["id"],
                name="visits_followup_paused",
                condition=Q(paused_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Follow-up due {self.due_at:%Y-%m-%d %H:%M}"
