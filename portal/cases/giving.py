"""Giving one case to a colleague: the manager's page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.models import Membership
from accounts.roles import Permission
from directory.reasons import HandOverReason
from portal.cases.forms import colleagues_of
from portal.cases.work import WorkPage
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from referrals import actions


class GiveForm(GovukForm):
    """To whom, and why."""

    to = forms.ChoiceField(
        label="Who takes it on?", error_messages={"required": "Select who takes it on"}
    )
    reason = forms.ChoiceField(
        label="Why?",
        choices=HandOverReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is handed over"},
    )

    def __init__(self, *args: Any, colleagues: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {each.user.email: each for each in colleagues if each.user}
        people = [(key, each.display_name) for key, each in self.colleagues.items()]
        self.fields["to"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]

    def clean_to(self) -> Membership:
        """The member behind the choice."""
        return self.colleagues[self.cleaned_data["to"]]


class Give(WorkPage):
    """They open the case from then on, and are woken for it."""

    needs = Permission.MANAGE
    purpose = "give to a colleague"
    heading, button, done = "Give to a colleague", "Hand over", "Handed over."
    form_class = GiveForm

    def get_form_kwargs(self) -> dict[str, Any]:
        able = colleagues_of(self.member, self.referral.case_id)
        others = [each for each in able if each.pk != self.referral.assigned_to_id]
        return {**super().get_form_kwargs(), "colleagues": others}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        actions.assign(self.reference, given["to"], by=self.member, reason=given["reason"])
        return self.finished()
