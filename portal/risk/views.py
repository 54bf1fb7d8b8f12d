"""The risk of a case: what was assessed, one of them in full, and assessing anew."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from directory.harm import RiskBand
from portal.cases.opening import CasePage
from portal.cases.work import WorkPage
from portal.pages import Page, see_other
from portal.risk.forms import AssessForm
from portal.risk.said import answers_of, lines_of, summary_of
from referrals.errors import MoveNotAllowed
from referrals.policy import may_work_on
from risk import actions
from risk.models import RiskTool
from risk.reading import (
    list_assessments,
    marac_threshold_of,
    open_assessment,
    tool_called,
    tool_for,
    tools_in_use,
)


class CaseRisk(CasePage, Page):
    """Every assessment the agency may open, the newest first, and whether a threshold is met."""

    template_name = "portal/risk/list.html"
    current, purpose = "case_risk", "risk"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list_assessments(self.reference, by=self.member)
        works = may_work_on(self.member, self.referral) and self.member.has(Permission.VISIT)
        return {
            "lines": lines_of(rows, to=self.member),
            "threshold": marac_threshold_of(self.referral),
            "may_assess": works,
            **super().get_context_data(**kwargs),
        }


class OneRisk(CasePage, Page):
    """One assessment in full. Opening it is on record as opening the risk."""

    template_name = "portal/risk/one.html"
    current, purpose = "case_risk", "risk"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        opened = open_assessment(self.reference, self.kwargs["number"], by=self.member)
        return {
            "opened": opened,
            "summary": summary_of(opened, to=self.member),
            "answers": list(answers_of(opened)),
            **super().get_context_data(**kwargs),
        }


class Assess(WorkPage):
    """All questions of a tool on one page. What is left open stays open: it is never a No."""

    needs = Permission.VISIT
    purpose = "assess the risk"
    heading, button, done = "Assess the risk", "Save the assessment", "Assessment saved."
    template_name = "portal/risk/assess.html"
    form_class = AssessForm

    @cached_property
    def tool(self) -> RiskTool:
        """The tool that was asked for, or the area's own, or the first there is.

        :raises MoveNotAllowed: if none is loaded.
        """
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        found = tool_called(asked.get("tool", ""), asked.get("version", ""))
        found = found or tool_for(self.referral.area_code, timezone.localdate())
        if found is None:
            raise MoveNotAllowed("No risk tool is loaded yet. Your operator can load one.")
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        stands_at = self.referral.risk_band
        return {**super().get_form_kwargs(), "tool": self.tool, "stands_at": stands_at}

    def make(self, form: Any) -> HttpResponse:
        before = self.referral.risk_band
        row = actions.assess(self.reference, form.assessment(), by=self.member)
        after = row.case.risk_band
        said = f"{self.done} It counts as {RiskBand(row.effective_band).label.lower()}."
        moved = f" The case now stands at {RiskBand(after).label.lower()}."
        messages.success(self.request, said + (moved if after != before else ""))
        return see_other(reverse("portal:case_risk", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = [tool for tool in tools_in_use() if tool != self.tool]
        return {"tool": self.tool, "others": others, **super().get_context_data(**kwargs)}
