"""What was booked and tried, as the agency that owes a follow-up is shown it."""

from typing import Any

from rest_framework import serializers

from accounts.models import Membership
from api.serializers import instant
from directory.contact import (
    AttemptOutcome,
    ContactChannel,
    SafetyConcern,
    VenueKind,
    VisitOutcome,
    WhoAnswered,
)
from visits.models import CancelReason, ContactAttempt, Visit, VisitKind


class VisitOut(serializers.Serializer[Any]):
    """A booking. Who goes is named as in `bookVisit`: by the address they sign in with."""

    kind = serializers.ChoiceField(VisitKind.choices)
    venue = serializers.ChoiceField(VenueKind.choices)
    status = serializers.ChoiceField(Visit.Status.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    adviser = serializers.CharField()
    second_worker = serializers.CharField()
    booked_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(VisitOutcome.choices, allow_blank=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.ChoiceField(CancelReason.choices, allow_blank=True)


class VisitsOut(serializers.Serializer[Any]):
    """Every booking of a follow-up."""

    results = VisitOut(many=True)


class AttemptOut(serializers.Serializer[Any]):
    """An attempt to be in touch."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(ContactChannel.choices)
    outcome = serializers.ChoiceField(AttemptOutcome.choices)
    in_safe_time = serializers.BooleanField()
    message_left = serializers.BooleanField()
    who_answered = serializers.ChoiceField(WhoAnswered.choices, allow_blank=True)
    concern = serializers.ChoiceField(SafetyConcern.choices, allow_blank=True)
    next_at = serializers.DateTimeField(allow_null=True)


class AttemptsOut(serializers.Serializer[Any]):
    """Every attempt of a follow-up."""

    results = AttemptOut(many=True)


def visit_for(visit: Visit) -> dict[str, Any]:
    """A booking."""
    return {
        "kind": visit.kind,
        "venue": visit.venue,
        "status": visit.status,
        "starts_at": instant(visit.during.lower),
        "ends_at": instant(visit.during.upper),
        "adviser": _address(visit.adviser),
        "second_worker": _address(visit.second_worker),
        "booked_at": instant(visit.booked_at),
        "outcome": visit.outcome,
        "cancelled_at": instant(visit.cancelled_at),
        "cancel_reason": visit.cancel_reason,
    }


def attempt_for(attempt: ContactAttempt) -> dict[str, Any]:
    """An attempt."""
    return {
        "number": attempt.number,
        "at": instant(attempt.at),
        "recorded_at": instant(attempt.recorded_at),
        "channel": attempt.channel,
        "outcome": attempt.outcome,
        "in_safe_time": attempt.in_safe_time,
        "message_left": attempt.message_left,
        "who_answered": attempt.who_answered,
        "concern": attempt.concern,
        "next_at": instant(attempt.next_at),
    }


def _address(worker: Membership | None) -> str:
    return worker.user.email if worker and worker.user else ""
