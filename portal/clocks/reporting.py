"""The referrer's page: a release or a change of bail, told to whoever follows the referral up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.clocks.forms import ChangeForm
from portal.pages import FormPage, see_other
from portal.referrals.following import SenderMixin
from referrals.errors import MoveNotAllowed
from visits import actions as visiting
from visits.actions import Change
from visits.actions.changing import may_be_reported


class ReportChange(SenderMixin, FormPage):
    """One question, and they are woken."""

    template_name = "portal/clocks/report.html"
    form_class = ChangeForm

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not may_be_reported(self.referral):
            raise MoveNotAllowed("Nobody follows this referral up any more.")
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        visiting.report_change(self.reference, Change(**form.cleaned_data), by=self.member)
        messages.success(self.request, "They have been told.")
        return see_other(reverse("portal:referral", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"referral": self.referral, **super().get_context_data(**kwargs)}
