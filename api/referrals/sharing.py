"""Who may open a case and what she said about it, over JSON: for the agency that leads it."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.agencies import code_of
from api.operations import Operation
from api.serializers import instant
from api.views import MemberView
from directory.sharing import (
    ConsentAnswer,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from referrals.models.consent import Purpose
from referrals.sharings import Granted, Said, sharings_of


class ConsentOut(serializers.Serializer[Any]):
    """A line of the ledger: what she said about an agency, or the ground without her agreement."""

    agency = serializers.CharField()
    taken_by = serializers.CharField()
    taken_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(ConsentAnswer.choices)
    basis = serializers.ChoiceField(LawfulBasis.choices)
    condition = serializers.ChoiceField(SpecialCondition.choices)
    ground = serializers.ChoiceField(OverrideGround.choices, allow_blank=True)
    safe_to_tell = serializers.ChoiceField(SafeToTell.choices, allow_blank=True)
    purpose = serializers.ChoiceField(Purpose.choices)
    compartments = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)
    is_withdrawal = serializers.BooleanField()


class GrantOut(serializers.Serializer[Any]):
    """Access that an agency has or had. ``is_live`` says whether it opens anything now."""

    agency = serializers.CharField()
    compartments = serializers.ListField(child=serializers.CharField())
    granted_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    is_live = serializers.BooleanField()


class SharingsOut(serializers.Serializer[Any]):
    """Every sharing of a case, with what was withdrawn: it was shared."""

    consents = ConsentOut(many=True)
    grants = GrantOut(many=True)


class Sharings(MemberView):
    """The sharings of a case."""

    operations = {"GET": Operation("readSharings", "case:read", SharingsOut)}

    def get(self, request: Request, reference: str) -> Response:
        """Read with whom the case was shared, on what footing, and who has access now: for the
        agency that received the referral and leads the case."""
        sharings = sharings_of(reference, by=self.member)
        at = timezone.now()
        return Response(
            {
                "consents": [_said(line) for line in sharings.said],
                "grants": [
                    {**_granted(grant), "is_live": grant.is_live(at)} for grant in sharings.granted
                ],
            }
        )


def _said(line: Said) -> dict[str, Any]:
    return {
        "agency": code_of(line.recipient_id),
        "taken_by": code_of(line.taken_by_agency_id),
        "taken_at": instant(line.taken_at),
        "answer": line.answer,
        "basis": line.basis,
        "condition": line.condition,
        "ground": line.ground,
        "safe_to_tell": line.safe_to_tell,
        "purpose": line.purpose,
        "compartments": line.compartments,
        "expires_at": instant(line.expires_at),
        "is_withdrawal": line.is_withdrawal,
    }


def _granted(grant: Granted) -> dict[str, Any]:
    return {
        "agency": code_of(grant.agency_id),
        "compartments": grant.compartments,
        "granted_at": instant(grant.granted_at),
        "expires_at": instant(grant.expires_at),
        "revoked_at": instant(grant.revoked_at),
    }
