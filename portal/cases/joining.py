"""Joining a case with another of the same person, and parting them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.roles import Permission
from directory.reasons import JoinReason, PartReason
from portal.cases.work import WorkPage
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import see_other
from referrals import actions
from referrals.actions.joining import joined_referrals
from referrals.leading import leads
from referrals.models import Referral
from referrals.references import REFERRAL


class _OtherForm(GovukForm):
    """Which other case."""

    other = forms.CharField(
        label="Reference of the other referral",
        help_text=f"Like {REFERRAL}7K2M9QXA. Your agency must lead both cases.",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the reference of the other referral"},
    )

    def clean_other(self) -> str:
        """As it is written."""
        return str(self.cleaned_data["other"]).strip().upper()


class JoinForm(_OtherForm):
    """Which other, and how one knows."""

    reason = forms.ChoiceField(
        label="How do you know?",
        choices=JoinReason.choices,
        widget=Radios(),
        error_messages={"required": "Select how you know"},
    )


class PartForm(_OtherForm):
    """Which other, and why not."""

    reason = forms.ChoiceField(
        label="Why are they not one person’s?",
        choices=PartReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why they are not one person’s"},
    )


class _Joining(WorkPage):
    """A page about two cases, for whoever answers for the work."""

    needs = Permission.MANAGE
    template_name = "portal/cases/joining.html"
    lines: ClassVar[tuple[str, ...]] = ()

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only whose agency leads the case."""
        if not leads(self.member, self.referral):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        try:
            self.do(given["other"], given["reason"])
        except Referral.DoesNotExist:
            form.add_error("other", "Your agency has no referral of that reference.")
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return see_other(reverse("portal:case", args=[self.reference]))

    def do(self, other: str, reason: str) -> None:
        """Do it."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        joined = joined_referrals(self.referral.case_id, self.member)
        return {"lines": self.lines, "joined": joined, **super().get_context_data(**kwargs)}


class Join(_Joining):
    """They are one person's."""

    heading, button, done = "Join with another case", "Join them", "Joined."
    form_class = JoinForm
    lines = (
        "Nothing moves: each agency goes on seeing exactly what it saw. Whoever must not know of"
        " one case knows of neither, and contact held in one is held in both.",
        "Be certain. Two people’s cases joined by mistake can put one in the other’s way.",
    )

    def do(self, other: str, reason: str) -> None:
        actions.join_cases(self.reference, other, by=self.member, reason=reason)


class Part(_Joining):
    """They are not."""

    heading, button, done = "Part two cases", "Part them", "Parted."
    form_class = PartForm
    lines = (
        "Contact that is held stays held in both until somebody has asked. Whoever was kept out of"
        " one for the other’s sake is kept out of it no more.",
    )

    def get_initial(self) -> dict[str, Any]:
        """The other that the link named."""
        return {"other": self.request.GET.get("other", "")[:12]}

    def do(self, other: str, reason: str) -> None:
        actions.part_cases(self.reference, other, by=self.member, reason=reason)
