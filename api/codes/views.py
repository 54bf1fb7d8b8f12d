"""The lists of codes, each with its words: so that a system shows what people chose, and a form
that is mapped once stays mapped."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import Operation
from api.views import MemberView
from audit.recording import record
from directory.ages import AgeBand
from directory.areas import AREA_CHOICES
from directory.clock_reasons import ChangeKind, PauseReason
from directory.contact import (
    AttemptOutcome,
    ContactChannel,
    DirectContact,
    SafetyConcern,
    VenueKind,
    VisitOutcome,
    WhoAnswered,
)
from directory.harm import HarmStrand, Need, RiskBand
from directory.outcomes import OutcomeReason, Prosecution
from directory.reasons import ClosureReason, DeclineReason, ReferralSource, WithdrawalReason
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
from events.kinds import EventKind
from referrals.compartments import Compartment
from referrals.lifecycle import Move, Status
from referrals.models.referral import Question
from risk.reasons import GradeReason, Source
from visits.actions.booking import OutsideReason
from visits.models import CancelReason, OffShiftReason, VisitKind

LISTS: Final[Mapping[str, Iterable[tuple[Any, Any]]]] = {
    "age_band": AgeBand.choices,
    "area": AREA_CHOICES,
    "attempt_outcome": AttemptOutcome.choices,
    "cancel_reason": CancelReason.choices,
    "capacity": Capacity.choices,
    "change": ChangeKind.choices,
    "closure_reason": ClosureReason.choices,
    "compartment": [(str(part), str(part).capitalize()) for part in Compartment],
    "consent_answer": ConsentAnswer.choices,
    "consent_method": ConsentMethod.choices,
    "contact_channel": ContactChannel.choices,
    "decline_reason": DeclineReason.choices,
    "direct_contact": DirectContact.choices,
    "event": EventKind.choices,
    "grade_reason": GradeReason.choices,
    "harm_strand": HarmStrand.choices,
    "lawful_basis": LawfulBasis.choices,
    "move": Move.choices,
    "need": Need.choices,
    "off_shift_reason": OffShiftReason.choices,
    "outcome_reason": OutcomeReason.choices,
    "outside_reason": OutsideReason.choices,
    "override_ground": OverrideGround.choices,
    "party_kind": PartyKind.choices,
    "pause_reason": PauseReason.choices,
    "prosecution": Prosecution.choices,
    "question": Question.choices,
    "referral_source": ReferralSource.choices,
    "relationship": Relationship.choices,
    "risk_band": RiskBand.choices,
    "risk_source": Source.choices,
    "safe_to_tell": SafeToTell.choices,
    "safety_concern": SafetyConcern.choices,
    "special_condition": SpecialCondition.choices,
    "status": Status.choices,
    "venue": VenueKind.choices,
    "visit_kind": VisitKind.choices,
    "visit_outcome": VisitOutcome.choices,
    "who_answered": WhoAnswered.choices,
    "withdrawal_reason": WithdrawalReason.choices,
}


class CodeOut(serializers.Serializer[Any]):
    """A code, which stays, and its words, which may be put better."""

    code = serializers.CharField()
    words = serializers.CharField()


class CodeListOut(serializers.Serializer[Any]):
    """A list of codes."""

    name = serializers.CharField()
    codes = CodeOut(many=True)


class CodeListsOut(serializers.Serializer[Any]):
    """Every list there is."""

    lists = CodeListOut(many=True)


class Codes(MemberView):
    """The lists of codes."""

    operations = {"GET": Operation("listCodes", "service:read", CodeListsOut)}

    def get(self, request: Request) -> Response:
        """List every code with its words. Codes are added, none is removed or changes meaning."""
        record("list.codes")
        lists = [{"name": name, "codes": _codes_of(codes)} for name, codes in LISTS.items()]
        return Response({"lists": lists})


def _codes_of(codes: Iterable[tuple[Any, Any]]) -> list[dict[str, str]]:
    return [{"code": str(code), "words": str(words)} for code, words in codes if code != ""]
