"""The shapes of a follow-up."""

from typing import Any, Final

from django.db.models import F, FilteredRelation, Q
from rest_framework import serializers

from api.serializers import Code, Flag, Instant, Several, StrictSerializer, Text, Whole, instant
from directory.clock_reasons import PauseReason
from directory.contact import (
    AttemptOutcome,
    ContactChannel,
    SafetyConcern,
    VenueKind,
    VisitOutcome,
    WhoAnswered,
)
from directory.harm import Need, RiskBand
from directory.outcomes import OutcomeReason, Prosecution
from referrals.compartments import LONG
from referrals.lifecycle import Status
from visits.actions.booking import LONGEST_MINUTES, REASONS, SHORTEST_MINUTES, OutsideReason
from visits.models import CancelReason, FollowUp, OffShiftReason, Visit, VisitKind
from visits.querysets import FollowUpQuerySet

CANCEL_REASONS: Final = [(code, words) for code, words in CancelReason.choices if code in REASONS]


class BookIn(StrictSerializer):
    """When, how long, where, and who goes.

    A system cannot go: ``adviser`` and ``second_worker`` are people of the agency, by the address
    they sign in with, which is the one name both systems know them by. ``moved_reason`` is wanted
    where something is booked already: that booking is given up, and kept.
    """

    adviser = Text(max_length=254, help_text="The address they sign in with.")
    second_worker = Text(max_length=254, default="", allow_blank=True)
    starts_at = Instant()
    minutes = Whole(min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES, default=60)
    kind = Code(VisitKind.choices, default=VisitKind.VISIT)
    venue = Code(VenueKind.choices, default=VenueKind.OUR_OFFICE)
    outside_reason = Code(OutsideReason.choices, default="", allow_blank=True)
    off_shift_reason = Code(OffShiftReason.choices, default="", allow_blank=True)
    moved_reason = Code(CANCEL_REASONS, default="", allow_blank=True)


class AttemptIn(StrictSerializer):
    """One attempt to be in touch. The note is sealed among the agency's own.

    At ``next_at`` whose it is is woken to try again.
    """

    channel = Code(ContactChannel.choices)
    outcome = Code(AttemptOutcome.choices)
    at = Instant()
    message_left = Flag(default=False)
    who_answered = Code(WhoAnswered.choices, default="", allow_blank=True)
    concern = Code(SafetyConcern.choices, default="", allow_blank=True)
    next_at = Instant(default=None, allow_null=True)
    outside_reason = Code(OutsideReason.choices, default="", allow_blank=True)
    note = Text(max_length=LONG, default="", allow_blank=True)


class CancelIn(StrictSerializer):
    """Why the booking is given up."""

    reason = Code(CANCEL_REASONS)


class PauseIn(StrictSerializer):
    """Why it is not safe to go on, and when somebody looks at it again."""

    reason = Code(PauseReason.choices)
    review_at = Instant()


class ResumeIn(StrictSerializer):
    """Nothing: the clocks run on."""


class OutcomeIn(StrictSerializer):
    """How the visit ended. The note is sealed among the agency's own.

    ``reason`` is one that goes with the outcome, and is the agency's own. ``prosecution`` is where
    they stand on it: nothing waits for it, only the agency sees it, and "not asked" changes
    nothing.
    """

    outcome = Code(VisitOutcome.choices)
    reason = Code(OutcomeReason.choices, default="", allow_blank=True)
    support_wanted = Several(child=Code(Need.choices), default=list, max_length=len(Need))
    note = Text(max_length=LONG, default="", allow_blank=True)
    prosecution = Code(Prosecution.choices, default=Prosecution.NOT_ASKED)


class BookedOut(serializers.Serializer[Any]):
    """The booking that stands."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(VisitKind.choices)
    venue = serializers.ChoiceField(VenueKind.choices)
    has_second_worker = serializers.BooleanField()


class FollowUpOut(serializers.Serializer[Any]):
    """A follow-up and its clocks."""

    referral = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    area_code = serializers.CharField()
    risk_band = serializers.ChoiceField(RiskBand.choices)
    visit_ended_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    visit_from_at = serializers.DateTimeField()
    visit_by_at = serializers.DateTimeField()
    paused_at = serializers.DateTimeField(allow_null=True)
    code_due_at = serializers.DateTimeField()
    contacted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(VisitOutcome.choices, allow_blank=True)
    needs_second_worker = serializers.BooleanField()
    booked = BookedOut(allow_null=True)


class FollowUpPage(serializers.Serializer[Any]):
    """A page of follow-ups, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = FollowUpOut(many=True)


def follow_up_for(follow_up: FollowUp) -> dict[str, Any]:
    """A follow-up, as the agency that owes it is shown it."""
    referral = follow_up.referral
    return {
        "referral": referral.reference,
        "status": referral.status,
        "area_code": referral.area_code,
        "risk_band": referral.risk_band,
        "visit_ended_at": instant(follow_up.visit_ended_at),
        "due_at": instant(follow_up.due_at),
        "visit_from_at": instant(follow_up.visit_from_at),
        "visit_by_at": instant(follow_up.visit_by_at),
        "paused_at": instant(follow_up.paused_at),
        "code_due_at": instant(follow_up.code_due_at),
        "contacted_at": instant(follow_up.contacted_at),
        "ended_at": instant(follow_up.ended_at),
        "outcome": follow_up.outcome,
        "needs_second_worker": follow_up.needs_second_worker,
        "booked": _booked(follow_up),
    }


def with_booking(follow_ups: FollowUpQuerySet) -> FollowUpQuerySet:
    """With their referrals and the one booking that may stand, in the same query."""
    standing = FilteredRelation("visits", condition=Q(visits__status=Visit.Status.BOOKED))
    columns = ("during", "kind", "venue", "second_worker")
    booked = {f"booked_{name}": F(f"standing__{name}") for name in columns}
    joined = follow_ups.select_related("referral").annotate(standing=standing)
    return joined.annotate(**booked)


def _booked(follow_up: Any) -> dict[str, Any] | None:
    if follow_up.booked_during is None:
        return None
    return {
        "starts_at": instant(follow_up.booked_during.lower),
        "ends_at": instant(follow_up.booked_during.upper),
        "kind": follow_up.booked_kind,
        "venue": follow_up.booked_venue,
        "has_second_worker": follow_up.booked_second_worker is not None,
    }
