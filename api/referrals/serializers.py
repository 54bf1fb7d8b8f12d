"""The shapes of a referral: what comes in, and what each side is shown."""

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import serializers

from accounts.models import Membership
from api.serializers import SafeWindowField, StrictSerializer
from directory.areas import AREAS, area_of_postcode
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.reasons import ClosureReason, DeclineReason, WithdrawalReason
from directory.safe_times import SafeWindow, windows_from_json
from directory.sharing import (
    Capacity,
    ConsentAnswer,
    ConsentMethod,
    LawfulBasis,
    OverrideGround,
    PartyKind,
    Relationship,
    SafeToTell,
    SpecialCondition,
)
from referrals.compartments import LONG, Compartment
from referrals.details import SHARED_BY_DEFAULT, CaseDetails, ConsentDetails, PartyDetails
from referrals.lifecycle import Side
from referrals.models import Referral
from referrals.models.referral import Question
from referrals.policy import open_moves

MOST_PARTIES: Final = 30
MOST_WINDOWS: Final = 30


class ConsentIn(StrictSerializer):
    """Her answer, or the ground for sharing without it."""

    answer = serializers.ChoiceField(ConsentAnswer.choices)
    method = serializers.ChoiceField(ConsentMethod.choices, default="", allow_blank=True)
    wording_version = serializers.CharField(max_length=20, default="", allow_blank=True)
    capacity = serializers.ChoiceField(Capacity.choices, default=Capacity.PRESUMED)
    basis = serializers.ChoiceField(LawfulBasis.choices, default=LawfulBasis.CONSENT)
    condition = serializers.ChoiceField(
        SpecialCondition.choices, default=SpecialCondition.EXPLICIT_CONSENT
    )
    ground = serializers.ChoiceField(OverrideGround.choices, default="", allow_blank=True)
    safe_to_tell = serializers.ChoiceField(SafeToTell.choices, default="", allow_blank=True)
    reason = serializers.CharField(max_length=LONG, default="", allow_blank=True)
    compartments = serializers.ListField(
        child=serializers.ChoiceField([(str(part), str(part)) for part in Compartment]),
        default=list(SHARED_BY_DEFAULT),
        max_length=len(Compartment),
    )

    @staticmethod
    def details(given: dict[str, Any]) -> ConsentDetails:
        """What was given, for an action."""
        return ConsentDetails(**given)


class ContactIn(StrictSerializer):
    """The clear part of safe contact. Nothing given means: do not contact directly."""

    direct = serializers.ChoiceField(DirectContact.choices, default=DirectContact.HELD)
    safe_windows = serializers.ListField(
        child=SafeWindowField(), default=list, max_length=MOST_WINDOWS
    )

    def validate_safe_windows(self, given: list[dict[str, str]]) -> tuple[SafeWindow, ...]:
        """Windows that make sense."""
        try:
            return windows_from_json(given)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class PartyIn(StrictSerializer):
    """Another person in the case."""

    kind = serializers.ChoiceField(PartyKind.choices)
    relationship = serializers.ChoiceField(Relationship.choices)
    details = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONG), default=dict
    )


class ReferralIn(StrictSerializer):
    """A referral after a police visit. ``case`` holds a document for each part of the case."""

    visit_ended_at = serializers.DateTimeField()
    area_code = serializers.ChoiceField(list(AREAS), default="", allow_blank=True)
    postcode = serializers.CharField(max_length=10, default="", allow_blank=True)
    harm_strands = serializers.ListField(
        child=serializers.ChoiceField(HarmStrand.choices), allow_empty=False
    )
    risk_band = serializers.ChoiceField(RiskBand.choices)
    children = serializers.BooleanField(default=None, allow_null=True)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), default=list)
    contact = ContactIn(default=lambda: {"direct": DirectContact.HELD, "safe_windows": ()})
    consent = ConsentIn()
    case = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=LONG))
    )
    parties = PartyIn(many=True, default=list)
    on_behalf_of = serializers.CharField(max_length=60, default="", allow_blank=True)
    draft = serializers.BooleanField(default=False)

    def validate_parties(self, given: list[Any]) -> list[Any]:
        """A household, not a crowd."""
        if len(given) > MOST_PARTIES:
            raise serializers.ValidationError(f"Name {MOST_PARTIES} people at the most.")
        return given

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Find the area of a postcode where no area is given. Outside the region is allowed."""
        if given["postcode"] and not given["area_code"]:
            try:
                area = area_of_postcode(given["postcode"])
            except ValueError as error:
                raise serializers.ValidationError({"postcode": [str(error)]}) from None
            given["area_code"] = area.code if area else ""
        return given

    @staticmethod
    def case_details(given: dict[str, Any]) -> CaseDetails:
        """What was given, for an action."""
        documents = {part: dict(document) for part, document in given["case"].items()}
        if given["postcode"]:
            documents.setdefault(Compartment.ADDRESS, {}).setdefault("postcode", given["postcode"])
        return CaseDetails(
            area_code=given["area_code"],
            harm_strands=given["harm_strands"],
            risk_band=given["risk_band"],
            children=given["children"],
            needs=given["needs"],
            contact=given["contact"]["direct"],
            safe_windows=given["contact"]["safe_windows"],
            documents=documents,
            parties=[_party(party) for party in given["parties"]],
        )


def _party(given: dict[str, Any]) -> PartyDetails:
    return PartyDetails(
        kind=given["kind"], relationship=given["relationship"], document=given["details"]
    )


class EmptyIn(StrictSerializer):
    """Nothing needs to be said."""


class DeclineIn(StrictSerializer):
    """Why it is declined."""

    reason = serializers.ChoiceField(DeclineReason.choices)


class AskIn(StrictSerializer):
    """What is asked."""

    question = serializers.ChoiceField(Question.choices)


class AnswerIn(StrictSerializer):
    """The answer: changes to the clear facts, and words that stay sealed."""

    risk_band = serializers.ChoiceField(RiskBand.choices, required=False)
    children = serializers.BooleanField(required=False, allow_null=True)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), required=False)
    note = serializers.CharField(max_length=LONG, default="", allow_blank=True)


class WithdrawIn(StrictSerializer):
    """Why it is withdrawn."""

    reason = serializers.ChoiceField(WithdrawalReason.choices)


class CloseIn(StrictSerializer):
    """Why the work ends."""

    reason = serializers.ChoiceField(ClosureReason.choices)


class ReferOnIn(StrictSerializer):
    """To which service, for what, and her answer."""

    service = serializers.UUIDField()
    needs = serializers.ListField(
        child=serializers.ChoiceField(Need.choices), allow_empty=False, max_length=len(Need)
    )
    consent = ConsentIn()
    replacing = serializers.CharField(max_length=12, default="", allow_blank=True)


class ReferralOut(serializers.Serializer[Referral]):
    """A referral as one side may know it: no name, no number, no word of the story."""

    reference = serializers.CharField()
    status = serializers.CharField()
    side = serializers.SerializerMethodField()
    available_moves = serializers.SerializerMethodField()
    source = serializers.CharField()
    referring_agency = serializers.CharField(source="referring_agency.code")
    receiving_agency = serializers.CharField(source="receiving_agency.code")
    service = serializers.UUIDField(source="service_id", allow_null=True)
    area_code = serializers.CharField()
    harm_strands = serializers.ListField(child=serializers.CharField())
    risk_band = serializers.CharField()
    age_band = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField())
    children = serializers.BooleanField(allow_null=True)
    contact = serializers.CharField()
    safe_windows = serializers.ListField(child=SafeWindowField())
    outside_programme = serializers.BooleanField()
    visit_ended_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    question = serializers.CharField()
    decline_reason = serializers.CharField()
    withdrawal_reason = serializers.CharField()
    closure_reason = serializers.CharField()
    feedback = serializers.CharField()
    feedback_at = serializers.DateTimeField(allow_null=True)
    onward_answered_at = serializers.SerializerMethodField()
    on_behalf_of = serializers.CharField()

    @property
    def member(self) -> Membership:
        """Who is shown it."""
        member: Membership = self.context["member"]
        return member

    def get_side(self, referral: Referral) -> str:
        """``referring`` or ``receiving``."""
        side = referral.side_of(self.member.agency_id)
        return str(side.value) if side else ""

    def get_available_moves(self, referral: Referral) -> Sequence[str]:
        """The verbs that may be posted now."""
        return [str(move) for move in open_moves(self.member, referral)]

    def get_onward_answered_at(self, referral: Referral) -> str | None:
        """When a service answered, told to the first referrer: not which, not how."""
        mine = referral.side_of(self.member.agency_id) is Side.REFERRING
        moment = referral.onward_answered_at if mine else None
        return moment.isoformat() if moment else None


class RecordOut(serializers.Serializer[Any]):
    """A record of the case, opened."""

    compartment = serializers.CharField()
    kind = serializers.CharField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    document = serializers.DictField(child=serializers.CharField())
    at = serializers.DateTimeField()


class CaseOut(serializers.Serializer[Any]):
    """What the agency may open of a case, under the agency's own reference for it."""

    reference = serializers.CharField()
    records = RecordOut(many=True)
