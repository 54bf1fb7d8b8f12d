"""Risk over JSON: the tools there are, what was assessed with them, and assessing."""

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import ENDED, Operation, listing
from api.paging import page_of
from api.preconditions import refuse_stale
from api.referrals.shown import referral_for
from api.risk import serializers as shapes
from api.views import ActingView, MemberView
from audit.recording import record
from referrals.models import Referral
from risk import actions
from risk.models import RiskTool
from risk.reading import open_assessments


class RiskTools(MemberView):
    """The risk tools that can be assessed with."""

    operations = {"GET": listing("listRiskTools", "case:read", shapes.RiskToolPage)}

    def get(self, request: Request) -> Response:
        """List the versions of risk tools that are in use, with their questions."""
        record("list.risk_tools")
        in_use = RiskTool.objects.filter(retired_at=None)
        return Response(page_of(in_use, request, ("code", "id"), shapes.tool_for))


class Assessments(ActingView):
    """The assessments of a referral's case."""

    operations = {
        "GET": Operation("readAssessments", "case:read", shapes.AssessmentsOut, refuses=ENDED),
        "POST": Operation(
            "recordAssessment",
            "followup:write",
            shapes.AssessmentOut,
            takes=shapes.AssessmentIn,
            status=201,
        ),
    }

    def get(self, request: Request, reference: str) -> Response:
        """Open the assessments that the agency holds a key for, the first first."""
        opened = open_assessments(reference, by=self.member)
        return Response({"results": [shapes.assessment_for(each) for each in opened]})

    def post(self, request: Request, **named: Any) -> Response:
        """Record an assessment. A graver band raises the case's; nothing is referred by itself."""
        answer = super().post(request, **named)
        where = reverse("api:referral-assessments", args=[named["reference"]])
        answer.headers["Location"] = where
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Record it, and answer with it as it was kept."""
        reference, given = named["reference"], self.body()
        refuse_stale(request, lambda: referral_for(self._referral(reference), self.member))
        actions.assess(reference, actions.NewAssessment(**given), by=self.member)
        newest = open_assessments(reference, by=self.member)[-1]
        return Response(shapes.assessment_for(newest), status=201)

    def _referral(self, reference: str) -> Referral:
        found: Referral = Referral.objects.visible_to(self.member).get(reference=reference)
        return found
