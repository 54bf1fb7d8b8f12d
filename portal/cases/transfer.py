"""Asking another area's desk to go on: where she is now, and her agreement to that desk."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from directory.areas import AREA_CHOICES, AREAS
from portal.agreement import AgreedForm, given
from portal.cases.work import FollowUpPage
from portal.govuk.widgets import Radios
from portal.pages import see_other
from visits import actions

WORDING: Final = "transfer-2026-1"


class TransferForm(AgreedForm):
    """Where, and what she agreed to."""

    to_whom = "that area’s advisers"
    area_code = forms.ChoiceField(
        label="Where are they staying now?",
        choices=AREA_CHOICES,
        widget=Radios(),
        error_messages={"required": "Select where they are staying now"},
    )
    field_order = ("area_code", "compartments", "agreement", "method")


class Transfer(FollowUpPage):
    """The follow-up stays here until somebody there takes it."""

    purpose = "transfer to another area"
    heading, button = "Transfer to another area", "Ask the other area"
    form_class = TransferForm
    template_name = "portal/cases/transfer.html"

    def make(self, form: Any) -> HttpResponse:
        answers = form.cleaned_data
        consent = given(answers, WORDING)
        made = actions.transfer(self.reference, answers["area_code"], consent, by=self.member)
        area = AREAS[made.area_code].name
        messages.success(
            self.request,
            f"{area} has been asked. Until they take it on, this case is still yours.",
        )
        return see_other(reverse("portal:case", args=[self.reference]))
