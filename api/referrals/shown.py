"""What each side is shown of a referral. Built plainly: a page of them is most of a list's cost.

The serializers here are the contract's; a test holds what is built to them.
"""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from accounts.models import Membership
from api.agencies import code_of
from api.serializers import instant
from directory.ages import AgeBand
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
from directory.routes import Route
from referrals.lifecycle import Move, Side, Status
from referrals.models import RecordKind, Referral
from referrals.models.referral import Feedback, Question
from referrals.policy import open_moves
from referrals.reading import OpenedCase


class SafeWindowOut(serializers.Serializer[Any]):
    """A span of the week in which contact is safe, on the wall clock of London."""

    day = serializers.CharField()
    to = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is called by a word of Python's own."""
        return {**super().get_fields(), "from": serializers.CharField()}


class ReferralOut(serializers.Serializer[Any]):
    """A referral as one side may know it: no name, no number, no word of the story.

    ``route`` says how the area takes what the police refer: outside the programme the desk is its
    ordinary route, whoever brings referrals to MARAC, or the coordinators. None is refused.
    ``on_behalf_of`` and ``onward_answered_at`` are for the referring side alone.
    """

    reference = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    side = serializers.ChoiceField(Side.choices)
    available_moves = serializers.ListField(child=serializers.ChoiceField(Move.choices))
    source = serializers.ChoiceField(ReferralSource.choices)  # type: ignore[assignment]
    referring_agency = serializers.CharField()
    receiving_agency = serializers.CharField()
    service = serializers.UUIDField(allow_null=True)
    area_code = serializers.CharField()
    harm_strands = serializers.ListField(child=serializers.ChoiceField(HarmStrand.choices))
    risk_band = serializers.ChoiceField(RiskBand.choices)
    age_band = serializers.ChoiceField(AgeBand.choices)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices))
    children = serializers.BooleanField(allow_null=True)
    contact = serializers.ChoiceField(DirectContact.choices)
    safe_windows = SafeWindowOut(many=True)
    outside_programme = serializers.BooleanField()
    route = serializers.ChoiceField(Route.choices, allow_blank=True)
    visit_ended_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    expected_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    question = serializers.ChoiceField(Question.choices, allow_blank=True)
    decline_reason = serializers.ChoiceField(DeclineReason.choices, allow_blank=True)
    withdrawal_reason = serializers.ChoiceField(WithdrawalReason.choices, allow_blank=True)
    closure_reason = serializers.ChoiceField(ClosureReason.choices, allow_blank=True)
    feedback = serializers.ChoiceField(Feedback.choices, allow_blank=True)
    feedback_at = serializers.DateTimeField(allow_null=True)
    onward_answered_at = serializers.DateTimeField(allow_null=True)
    on_behalf_of = serializers.CharField()


class ReferralPage(serializers.Serializer[Any]):
    """A page of referrals, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = ReferralOut(many=True)


class RecordOut(serializers.Serializer[Any]):
    """A record of the case, opened."""

    compartment = serializers.CharField()
    kind = serializers.CharField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    document = serializers.DictField(child=serializers.CharField())
    at = serializers.DateTimeField()


class CaseOut(serializers.Serializer[Any]):
    """What the agency may open of a case, under the agency's own reference for it.

    While the referral's ``contact`` is ``held`` the contact document has no ``phone`` and no
    ``email``: nobody may use them. Who may be gone through, and what to say, stay.
    """

    reference = serializers.CharField()
    records = RecordOut(many=True)


ELSEWHERE: Final = (RecordKind.ASSESSMENT, RecordKind.ATTACHMENT)
"""These have addresses of their own."""
_SAME = (
    "reference",
    "status",
    "source",
    "area_code",
    "harm_strands",
    "risk_band",
    "age_band",
    "needs",
    "children",
    "contact",
    "safe_windows",
    "outside_programme",
    "route",
    "question",
    "decline_reason",
    "withdrawal_reason",
    "closure_reason",
    "feedback",
)
_INSTANTS = (
    "visit_ended_at",
    "created_at",
    "sent_at",
    "answer_due_at",
    "answered_at",
    "closed_at",
    "feedback_at",
)


def referral_for(referral: Referral, member: Membership) -> dict[str, Any]:
    """A referral as the member's agency may know it."""
    side = referral.side_of(member.agency_id)
    made = side is Side.REFERRING
    facts: dict[str, Any] = {name: getattr(referral, name) for name in _SAME}
    facts |= {name: instant(getattr(referral, name)) for name in _INSTANTS}
    return facts | {
        "side": str(side.value) if side else "",
        "available_moves": [str(move) for move in open_moves(member, referral)],
        "referring_agency": code_of(referral.referring_agency_id),
        "receiving_agency": code_of(referral.receiving_agency_id),
        "service": str(referral.service_id) if referral.service_id else None,
        "expected_on": referral.expected_on.isoformat() if referral.expected_on else None,
        "onward_answered_at": instant(referral.onward_answered_at) if made else None,
        "on_behalf_of": referral.on_behalf_of if made else "",
    }


def case_of(opened: OpenedCase) -> Mapping[str, Any]:
    """An opened case, as its agency is given it."""
    records = [
        {
            "compartment": record.compartment,
            "kind": record.kind,
            "code": record.code,
            "version": record.version,
            "document": dict(record.document),
            "at": instant(record.at),
        }
        for record in opened.handed_out()
        if record.kind not in ELSEWHERE
    ]
    return {"reference": opened.reference, "records": records}
