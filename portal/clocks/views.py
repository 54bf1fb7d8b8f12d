"""Saying why it was late, recording what changed outside, setting one's clocks anew."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from directory.clock_reasons import WhichClock
from portal.cases.opening import CaseMixin
from portal.cases.work import FollowUpPage
from portal.clocks import forms
from portal.clocks.shown import changes_of
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, see_other
from referrals.errors import MoveNotAllowed
from visits import actions as visiting
from visits.actions import Change
from visits.actions.changing import may_be_reported
from visits.clocks import clocks_of
from visits.standing import Standing


class WhyLate(FollowUpPage):
    """A reason for each clock that was missed; said again, it is corrected."""

    template_name = "portal/clocks/work.html"
    purpose = "say why it was late"
    heading, button, done = "Say why it was late", "Save", "Saved."
    explained = "It is counted, never held against anybody. The referrer does not see it."
    form_class = forms.WhyLateForm

    @cached_property
    def missed(self) -> list[WhichClock]:
        """The clocks that were missed."""
        if self.follow_up is None:
            return []
        clocks = clocks_of(self.follow_up, timezone.now())
        return [clock.which for clock in clocks if clock.standing is Standing.MISSED]

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answered = super().answer(request, *args, **kwargs)
        if not self.missed:
            raise MoveNotAllowed("Nothing was late here.")
        return answered

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "missed": self.missed}

    def make(self, form: Any) -> HttpResponse:
        for clock, reason in form.cleaned_data.items():
            visiting.explain(self.reference, by=self.member, clock=clock, reason=reason)
        return self.finished()


class RecordChange(CaseMixin, FormPage):
    """A release or a change of bail that the desk has learnt of."""

    needs = Permission.VISIT
    template_name = "portal/clocks/work.html"
    purpose = "record a change outside"
    form_class = forms.ChangeForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not may_be_reported(self.referral):
            raise MoveNotAllowed("Nobody follows this referral up any more.")
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        visiting.report_change(self.reference, Change(**form.cleaned_data), by=self.member)
        messages.success(self.request, "Recorded. Whoever has the case is woken now.")
        return see_other(reverse("portal:case", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = {
            "heading": "Record a release or a change of bail",
            "button": "Record it",
            "explained": "Whoever has the case is woken at once. It goes to the top of the desk.",
        }
        return {**said, **super().get_context_data(**kwargs)}


class DealWithChanges(FollowUpPage):
    """What changed, and that somebody has looked at the plan again."""

    template_name = "portal/clocks/work.html"
    purpose = "deal with what changed"
    heading, button = "Deal with what changed", "I have looked at the plan again"
    done = "Dealt with."
    form_class = EmptyForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answered = super().answer(request, *args, **kwargs)
        if request.method == "GET" and not self.changes:
            raise MoveNotAllowed("There is no change to deal with.")
        return answered

    @cached_property
    def changes(self) -> list[str]:
        """What changed, in words."""
        return changes_of(self.referral, timezone.now())

    def make(self, form: Any) -> HttpResponse:
        visiting.deal_with_changes(self.reference, by=self.member)
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"said": self.changes, **super().get_context_data(**kwargs)}


class Rebase(FollowUpPage):
    """Set one follow-up's clocks anew from the policy in force."""

    needs = Permission.MANAGE
    template_name = "portal/clocks/work.html"
    purpose = "set the clocks anew"
    heading, button, done = "Set the clocks anew?", "Set them anew", "The clocks were set anew."
    explained = (
        "They are set from the area’s policy of today, counted from the end of the police visit."
    )
    form_class = forms.RebaseForm

    def make(self, form: Any) -> HttpResponse:
        visiting.rebase(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()
