"""The plan: asking for one, looking at it, and deciding. It is worked out elsewhere, meanwhile."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import name_shown, record
from portal.pages import MADE_FROM, FormPage, MemberView, Page, StalePage, see_other
from portal.planner import lines
from portal.planner.forms import RefuseForm
from referrals.errors import ReferralError
from referrals.policy import may_work_on
from visits.models import PlanRun, Proposal
from visits.planner.asking import ask_for_plan
from visits.planner.deciding import OVERTAKEN, confirm, newest_plan, refuse


class PlanPage(Page):
    """What has no place, then what is proposed, in order of time."""

    needs = Permission.VISIT
    template_name = "portal/planner/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.plan")
        now, run = timezone.now(), newest_plan(self.member)
        newest = PlanRun.objects.filter(agency=self.member.agency_id).order_by("-asked_at").first()
        rows = list(lines.proposals_of(run, self.member)) if run else []
        missing = list(lines.not_placed_by(run, self.member)) if run else []
        name_shown(each.follow_up.referral.reference for each in rows)
        name_shown(each.follow_up.referral.reference for each in missing)
        made = [lines.line(each, self.member, now) for each in rows]
        return {
            "run": run,
            "made_from": stamp_of(run),
            "is_waiting": newest is not None and newest.state in {"asked", "running"},
            "has_failed": newest is not None and newest.state == PlanRun.State.FAILED,
            "missing": len(missing),
            "reasons": lines.left_by_reason(missing, self.member, now),
            "proposals": made,
            "open": sum(each.may_decide for each in made),
            **super().get_context_data(**kwargs),
        }


class Ask(MemberView):
    """Ask for a plan; the page comes back at once and says that it is being worked out."""

    needs = Permission.VISIT
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        ask_for_plan(by=self.member)
        return see_other(reverse("portal:plan"))


class _OfTheNewest(MemberView):
    """Something about the newest plan, as the page that asks for it showed it."""

    needs = Permission.VISIT

    @cached_property
    def run(self) -> PlanRun:
        """The newest plan.

        :raises StalePage: if the page showed another.
        """
        run = newest_plan(self.member)
        shown = self.request.POST.get(MADE_FROM, "")
        if run is None or (shown and shown != stamp_of(run)):
            raise StalePage("There is a newer plan. Look at it as it is now, then decide.")
        return run

    @cached_property
    def proposal(self) -> Proposal:
        """What the newest plan proposes for the referral."""
        rows = lines.proposals_of(self.run, self.member)
        return rows.get(follow_up__referral__reference=self.reference)


class Confirm(_OfTheNewest):
    """Book what is proposed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        if confirm(self.proposal.pk, by=self.member).state == Proposal.State.OVERTAKEN:
            messages.warning(request, f"{reference}: {OVERTAKEN}")
        else:
            messages.success(request, f"{reference} is booked.")
        return see_other(reverse("portal:plan"))


class ConfirmAll(_OfTheNewest):
    """Book everything proposed that is the member's to book; say what was not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        booked, missed = 0, []
        for proposal in lines.proposals_of(self.run, self.member):
            referral = proposal.follow_up.referral
            if proposal.state == Proposal.State.PROPOSED and may_work_on(self.member, referral):
                if self._is_booked(proposal):
                    booked += 1
                else:
                    missed.append(referral.reference)
        if booked:
            messages.success(request, f"{booked} booked.")
        if missed:
            messages.warning(request, f"Not booked: {', '.join(missed)}. Plan again.")
        return see_other(reverse("portal:plan"))

    def _is_booked(self, proposal: Proposal) -> bool:
        try:
            return confirm(proposal.pk, by=self.member).state == Proposal.State.CONFIRMED
        except ReferralError:
            return False


class Refuse(_OfTheNewest, FormPage):
    """Say what is not right about a proposal."""

    template_name = "portal/planner/refuse.html"
    form_class = RefuseForm

    def make(self, form: Any) -> HttpResponse:
        refuse(self.proposal.pk, form.cleaned_data["reason"], by=self.member)
        messages.success(self.request, f"{self.reference}: refused. The next plan will differ.")
        return see_other(reverse("portal:plan"))

    def stamp(self) -> str:
        return stamp_of(self.run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = lines.line(self.proposal, self.member, timezone.now())
        return {"line": shown, **super().get_context_data(**kwargs)}


def stamp_of(run: PlanRun | None) -> str:
    """What a page of a plan is made from, in a word."""
    return run.asked_at.isoformat() if run else ""
