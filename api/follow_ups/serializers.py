"""The shapes of a follow-up."""

from rest_framework import serializers

from api.serializers import StrictSerializer
from directory.contact import AttemptOutcome, ContactChannel, VenueKind, VisitOutcome
from referrals.compartments import LONG
from visits.actions.booking import LONGEST_MINUTES, SHORTEST_MINUTES, OutsideReason
from visits.models import FollowUp, VisitKind


class BookIn(StrictSerializer):
    """When, how long and where. The system itself cannot go: name an adviser by id."""

    adviser = serializers.EmailField()
    second_worker = serializers.EmailField(default="", allow_blank=True)
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(
        min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES, default=60
    )
    kind = serializers.ChoiceField(VisitKind.choices, default=VisitKind.VISIT)
    venue = serializers.ChoiceField(VenueKind.choices, default=VenueKind.OUR_OFFICE)
    outside_reason = serializers.ChoiceField(OutsideReason.choices, default="", allow_blank=True)


class AttemptIn(StrictSerializer):
    """One attempt to be in touch."""

    channel = serializers.ChoiceField(ContactChannel.choices)
    outcome = serializers.ChoiceField(AttemptOutcome.choices)
    at = serializers.DateTimeField()
    message_left = serializers.BooleanField(default=False)
    outside_reason = serializers.ChoiceField(OutsideReason.choices, default="", allow_blank=True)
    note = serializers.CharField(max_length=LONG, default="", allow_blank=True)


class OutcomeIn(StrictSerializer):
    """How the visit ended."""

    outcome = serializers.ChoiceField(VisitOutcome.choices)
    note = serializers.CharField(max_length=LONG, default="", allow_blank=True)


class FollowUpOut(serializers.Serializer[FollowUp]):
    """A follow-up and its clocks."""

    referral = serializers.CharField(source="referral.reference")
    status = serializers.CharField(source="referral.status")
    area_code = serializers.CharField(source="referral.area_code")
    risk_band = serializers.CharField(source="referral.risk_band")
    visit_ended_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    code_due_at = serializers.DateTimeField()
    contacted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
