"""The shapes of what comes in about a referral."""

from dataclasses import replace
from typing import Any, Final

from rest_framework import serializers

from api.serializers import (
    Code,
    ContactIn,
    Flag,
    Instant,
    Several,
    StaffIdentifier,
    StrictSerializer,
    Text,
    document_shape,
)
from directory.areas import AREA_CHOICES, area_of_postcode
from directory.clock_reasons import ChangeKind
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.reasons import ClosureReason, DeclineReason, WithdrawalReason
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
from referrals.compartments import FIELDS, LONG, PARTY, Compartment, cleaned_party
from referrals.details import SHARED_BY_DEFAULT, CaseDetails, ConsentDetails, PartyDetails
from referrals.errors import NotWellFormed
from referrals.models.referral import Question

MOST_PARTIES: Final = 30


class ConsentIn(StrictSerializer):
    """Her answer, or the ground for sharing without it."""

    answer = Code(ConsentAnswer.choices)
    method = Code(ConsentMethod.choices, default="", allow_blank=True)
    wording_version = Text(max_length=20, default="", allow_blank=True)
    capacity = Code(Capacity.choices, default=Capacity.PRESUMED)
    basis = Code(LawfulBasis.choices, default=LawfulBasis.CONSENT)
    condition = Code(SpecialCondition.choices, default=SpecialCondition.EXPLICIT_CONSENT)
    ground = Code(OverrideGround.choices, default="", allow_blank=True)
    safe_to_tell = Code(SafeToTell.choices, default="", allow_blank=True)
    reason = Text(max_length=LONG, default="", allow_blank=True)
    expires_at = Instant(default=None, allow_null=True)
    compartments = Several(
        child=Code([(str(part), str(part)) for part in Compartment]),
        default=list(SHARED_BY_DEFAULT),
        max_length=len(Compartment),
    )

    @staticmethod
    def details(given: dict[str, Any]) -> ConsentDetails:
        """What was given, for an action."""
        return ConsentDetails(**given)


CaseIn: Final = type(
    "CaseIn",
    (StrictSerializer,),
    {
        str(part): document_shape(f"Case{part.title()}In", fields)(required=False)
        for part, fields in FIELDS.items()
    }
    | {"__doc__": "A document for each part of the case. All of it is sealed."},
)
PartyDocumentIn: Final = document_shape("PartyDocumentIn", PARTY)


class PartyIn(StrictSerializer):
    """Another person in the case."""

    kind = Code(PartyKind.choices)
    relationship = Code(Relationship.choices)
    details = PartyDocumentIn(default=dict)


class ReferralIn(StrictSerializer):
    """A referral after a police visit. ``case`` holds a document for each part of the case."""

    visit_ended_at = Instant(default=None, allow_null=True)
    agreed_at = Instant(
        default=None,
        allow_null=True,
        help_text="When they agreed, where a form on paper is typed in later.",
    )
    area_code = Code(AREA_CHOICES, default="", allow_blank=True)
    postcode = Text(max_length=10, default="", allow_blank=True)
    harm_strands = Several(
        child=Code(HarmStrand.choices), allow_empty=False, max_length=len(HarmStrand)
    )
    risk_band = Code(RiskBand.choices)
    children = Flag(default=None, allow_null=True)
    needs = Several(child=Code(Need.choices), default=list, max_length=len(Need))
    contact = ContactIn(default=lambda: {"direct": DirectContact.HELD, "safe_windows": ()})
    consent = ConsentIn()
    case = CaseIn()
    parties = Several(child=PartyIn(), default=list, max_length=MOST_PARTIES)
    on_behalf_of = StaffIdentifier(default="", allow_blank=True)
    draft = Flag(default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Find the area of a postcode where no area is given. Outside the region is allowed."""
        if given["postcode"]:
            try:
                area = area_of_postcode(given["postcode"])
            except ValueError as error:
                raise NotWellFormed("postcode", str(error)) from None
            given["area_code"] = given["area_code"] or (area.code if area else "")
        for nth, party in enumerate(given["parties"]):
            party["details"] = _kept(party["details"], at=f"parties.{nth}.details")
        return given

    @staticmethod
    def consent_details(given: dict[str, Any]) -> ConsentDetails:
        """Her answer, as it was given then, for an action."""
        return replace(ConsentIn.details(given["consent"]), agreed_at=given["agreed_at"])

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


def _kept(details: dict[str, str], *, at: str) -> dict[str, str]:
    """What can be kept of a party, refused here, where it is known whose it is."""
    try:
        return cleaned_party(details)
    except NotWellFormed as error:
        field = error.field.partition(".")[2]
        raise NotWellFormed(f"{at}.{field}", str(error)) from None


def _party(given: dict[str, Any]) -> PartyDetails:
    return PartyDetails(
        kind=given["kind"], relationship=given["relationship"], document=given["details"]
    )


class DeclineIn(StrictSerializer):
    """Why it is declined."""

    reason = Code(DeclineReason.choices)


class WaitIn(StrictSerializer):
    """Until when they wait."""

    expected_on = serializers.DateField()


class AskIn(StrictSerializer):
    """What is asked."""

    question = Code(Question.choices)


class AnswerIn(StrictSerializer):
    """The answer: changes to the clear facts, and words that stay sealed."""

    risk_band = Code(RiskBand.choices, required=False)
    children = Flag(required=False, allow_null=True)
    needs = Several(child=Code(Need.choices), required=False, max_length=len(Need))
    contact = ContactIn(required=False)
    note = Text(max_length=LONG, default="", allow_blank=True)

    @staticmethod
    def changes(given: dict[str, Any]) -> dict[str, Any]:
        """The facts that change, for an action."""
        facts: dict[str, Any] = {
            name: given[name] for name in ("risk_band", "children", "needs") if name in given
        }
        if contact := given.get("contact"):
            facts |= {"contact": contact["direct"], "safe_windows": contact["safe_windows"]}
        return facts


class WithdrawIn(StrictSerializer):
    """Why it is withdrawn."""

    reason = Code(WithdrawalReason.choices)


class ChangeIn(StrictSerializer):
    """What changed outside, and when."""

    kind = Code(ChangeKind.choices)
    happened_at = Instant()


class CloseIn(StrictSerializer):
    """Why the work ends."""

    reason = Code(ClosureReason.choices)


class NarrowConsentIn(StrictSerializer):
    """Which parts she takes back, and how she said so."""

    compartments = Several(
        child=Code([(str(part), str(part)) for part in Compartment]),
        allow_empty=False,
        max_length=len(Compartment),
    )
    method = Code(ConsentMethod.choices, default="", allow_blank=True)


class EndConsentIn(StrictSerializer):
    """Until when she agrees, and how she said so."""

    expires_at = Instant()
    method = Code(ConsentMethod.choices, default="", allow_blank=True)


class AgreementIn(StrictSerializer):
    """Her agreement, as it is now."""

    consent = ConsentIn()


class ReferOnIn(StrictSerializer):
    """To which service, for what, and her answer."""

    service = serializers.UUIDField()
    needs = Several(child=Code(Need.choices), allow_empty=False, max_length=len(Need))
    consent = ConsentIn()
    replacing = Text(max_length=11, default="", allow_blank=True)
