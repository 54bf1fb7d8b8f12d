"""Referrals over JSON: make, list, read, and move."""

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AgencyKind
from api.operations import ENDED, Operation, listing
from api.paging import page_of
from api.preconditions import tagged
from api.referrals import serializers as shapes
from api.referrals import shown
from api.referrals.changed import changed_since
from api.referrals.making import make
from api.views import ActingView, MemberView
from audit.recording import record
from referrals.lifecycle import Side, Status
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Referral
from referrals.reading import open_case

SINCE: Final = "updated_since"


class Referrals(ActingView):
    """The agency's referrals."""

    operations = {
        "GET": listing(
            "listReferrals",
            "referral:read",
            shown.ReferralPage,
            side=tuple(Side.values),
            status=tuple(Status.values),
            updated_since=(),
        ),
        "POST": Operation(
            "createReferral",
            "referral:create",
            shown.ReferralOut,
            takes=shapes.ReferralIn,
            status=201,
            is_tagged=True,
        ),
    }

    def get(self, request: Request) -> Response:
        """List the agency's referrals, newest first. The police refer; everybody else receives.
        With `updated_since`, those to which something has happened from then on."""
        side = self.query("side", self._usual_side())
        record("list.referrals", reason=side)
        found, order = self._asked_for(side), ("-created_at", "-id")
        page = page_of(found, request, order, lambda row: row)
        rows = without_what_is_lost(page["results"], self.member)
        results = [shown.referral_for(row, self.member) for row in rows]
        return Response({**page, "results": results})

    def post(self, request: Request, **named: Any) -> Response:
        """Make a referral after a police visit; it is sent at once unless it is a draft."""
        answer = super().post(request, **named)
        answer.headers["Location"] = reverse("api:referral", args=[answer.data["reference"]])
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Refer, or keep a draft."""
        referral = make(self.body(), by=self.member)
        return Response(shown.referral_for(referral, self.member), status=201)

    def _usual_side(self) -> str:
        police = self.member.agency.kind == AgencyKind.POLICE
        return str(Side.REFERRING if police else Side.RECEIVING)

    def _asked_for(self, side: str) -> QuerySet[Referral]:
        referrals, made = Referral.objects.all(), side == Side.REFERRING
        found: QuerySet[Referral] = (
            referrals.made_by(self.member) if made else referrals.received_by(self.member)
        )
        if status := self.query("status"):
            found = found.filter(status=status)
        if SINCE in self.request.query_params:
            found = changed_since(found, self.query(SINCE), to=self.member, name=SINCE)
        return knowing_access(found, self.member)


class OneReferral(MemberView):
    """A referral."""

    operations = {
        "GET": Operation("readReferral", "referral:read", shown.ReferralOut, is_tagged=True)
    }

    def get(self, request: Request, reference: str) -> Response:
        """Read a referral's clear facts and the moves that may be made now."""
        record("referral.see", about=("referral", reference))
        known = knowing_access(Referral.objects.visible_to(self.member), self.member)
        referral = without_what_is_lost([known.get(reference=reference)], self.member)[0]
        return tagged(shown.referral_for(referral, self.member), request)


class Case(MemberView):
    """The case of a referral."""

    operations = {"GET": Operation("openCase", "case:read", shown.CaseOut, refuses=ENDED)}

    def get(self, request: Request, reference: str) -> Response:
        """Open what the agency may open of a referral's case. Every such read is in evidence."""
        return Response(shown.case_of(open_case(reference, by=self.member)))
