"""The referral, and its timeline."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.contact import ContactWanted
from directory.models import Service
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
from directory.routes import Route
from referrals.lifecycle import PENDING, Move, Side, Status
from referrals.models.case import Case
from referrals.models.facts import ClearFacts
from referrals.querysets import ReferralQuerySet

MOST_CHASED = 2
_ANSWERED = [Status.ACCEPTED, Status.DECLINED, Status.CLOSED]


class Feedback(models.TextChoices):
    """What the direct referrer learns beyond the status: coded, and nothing of what was said."""

    NONE = "", "Nothing yet"
    CONTACTED = "contacted", "Contacted"
    VISITED = "visited", "Visited"
    NOT_REACHED = "not_reached", "Not reached yet"
    CHOSE_NOT_TO = "chose_not_to", "Chose not to go ahead"
    NOT_SAFE = "not_safe", "Not safe to try"


class Question(models.TextChoices):
    """What a receiver may ask before it answers; without a key it can ask only from a list."""

    SAFE_CONTACT = "safe_contact", "When and how is contact safe?"
    AGREEMENT = "agreement", "What exactly did they agree to?"
    RISK = "risk", "Who is the risk from, and how high is it?"
    NEEDS = "needs", "What help do they want?"
    CHILDREN = "children", "Are there children in the household?"
    LANGUAGE = "language", "Is an interpreter needed?"
    AREA = "area", "Are they still staying in the area?"


class Referral(ClearFacts):
    """One passing of a case from a referring to a receiving agency.

    ``status`` changes only through :mod:`referrals.actions`. ``offered`` lists the compartments
    the sender agreed to pass on; ``offer_signature`` signs it when it is sent.
    ``visit_ended_at`` is the end of the police visit, from which the follow-up's clock runs;
    ``route`` is how its area took what the police refer, on that day.
    ``forgotten_by_…``: that agency disposed of the case (``retention``), and it is absent for it.
    ``chased``: how often people were told that ``answer_due_at`` has passed without an answer.
    ``expected_on``: it is on the service's waiting list, which should have come to it by that day.
    ``contact_wanted`` is what the receiver asks the referring agency to find, once it works on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    referring_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    receiving_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="onward", null=True, blank=True
    )
    source = models.CharField(max_length=20, choices=ReferralSource)
    status = models.CharField(max_length=30, choices=Status, default=Status.DRAFT)
    sent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    on_behalf_of = models.CharField(max_length=60, blank=True)
    offered = ArrayField(models.CharField(max_length=40))
    offer_signature = models.BinaryField(null=True, blank=True)
    offer_key_version = models.PositiveIntegerField(null=True, blank=True)
    visit_ended_at = models.DateTimeField(null=True, blank=True)
    outside_programme = models.BooleanField(default=False)
    route = models.CharField(max_length=20, choices=Route, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    chased = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=40, choices=DeclineReason, blank=True)
    question = models.CharField(max_length=20, choices=Question, blank=True)
    withdrawal_reason = models.CharField(max_length=40, choices=WithdrawalReason, blank=True)
    closure_reason = models.CharField(max_length=40, choices=ClosureReason, blank=True)
    feedback = models.CharField(max_length=20, choices=Feedback, blank=True, default=Feedback.NONE)
    feedback_at = models.DateTimeField(null=True, blank=True)
    contact_wanted = models.CharField(max_length=10, choices=ContactWanted, blank=True)
    contact_wanted_at = models.DateTimeField(null=True, blank=True)
    answer_relayed_at = models.DateTimeField(null=True, blank=True)
    forgotten_by_sender = models.BooleanField(default=False)
    forgotten_by_receiver = models.BooleanField(default=False)
    onward_answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referrals_referral_between_two_agencies",
                condition=~Q(referring_agency=F("receiving_agency")),
            ),
            models.CheckConstraint(
                name="referrals_referral_sent_is_signed",
                condition=Q(status__in=[Status.DRAFT, Status.EXPIRED])
                | Q(sent_at__isnull=False, offer_signature__isnull=False),
            ),
            models.CheckConstraint(
                name="referrals_referral_declined_says_why",
                condition=~Q(status=Status.DECLINED) | ~Q(decline_reason=""),
            ),
            models.CheckConstraint(
                name="referrals_referral_closed_says_why",
                condition=~Q(status=Status.CLOSED) | ~Q(closure_reason=""),
            ),
            models.CheckConstraint(
                name="referrals_referral_only_a_service_has_a_waiting_list",
                condition=Q(expected_on=None) | Q(service__isnull=False),
            ),
            models.CheckConstraint(
                name="referrals_referral_answered_has_its_moment",
                condition=~Q(status__in=_ANSWERED) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referrals_referral_contact_wanted_since",
                condition=Q(contact_wanted="", contact_wanted_at=None)
                | (~Q(contact_wanted="") & Q(contact_wanted_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["referring_agency", "-created_at", "-id"],
                name="referrals_referral_made_newest",
            ),
            models.Index(
                fields=["receiving_agency", "-created_at", "-id"],
                name="referrals_referral_got_newest",
            ),
            models.Index(
                fields=["receiving_agency", "status", "-sent_at", "id"],
                name="referrals_referral_received",
            ),
            models.Index(
                fields=["referring_agency", "status", "-sent_at", "id"],
                name="referrals_referral_made",
            ),
            models.Index(fields=["sent_by", "-created_at"], name="referrals_referral_mine"),
            models.Index(
                fields=["answered_at"],
                name="referrals_referral_to_relay",
                condition=Q(
                    parent__isnull=False, answered_at__isnull=False, answer_relayed_at=None
                ),
            ),
            models.Index(
                fields=["answer_due_at"],
                name="referrals_referral_to_chase",
                condition=Q(status__in=sorted(PENDING), chased__lt=MOST_CHASED),
            ),
            models.Index(
                fields=["created_at"],
                name="referrals_referral_drafts",
                condition=Q(status=Status.DRAFT),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def side_of(self, agency_id: int) -> Side | None:
        """Which side an agency is on; None for everybody else."""
        if agency_id == self.referring_agency_id:
            return Side.REFERRING
        if agency_id == self.receiving_agency_id:
            return Side.RECEIVING
        return None

    def agency_on(self, side: Side) -> int:
        """The id of the agency on a side."""
        referring = side is Side.REFERRING
        return self.referring_agency_id if referring else self.receiving_agency_id

    def offer(self) -> list[str]:
        """What the signature covers: which case, between whom, and which compartments."""
        between = [str(self.referring_agency_id), str(self.receiving_agency_id)]
        return [str(self.pk), str(self.case_id), *between, *sorted(self.offered)]


class ReferralEvent(models.Model):
    """One line of a referral's timeline: coded, written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="events")
    move = models.CharField(max_length=20, choices=Move)
    by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["referral", "-at"], name="referrals_event_timeline")]

    def __str__(self) -> str:
        return f"{self.move} at {self.at:%Y-%m-%d %H:%M}"
