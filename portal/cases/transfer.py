"""Asking another area's desk to go on: where she is now, and her agreement to that desk."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from directory.areas import AREA_CHOICES, AREAS
from directory.sharing import ConsentAnswer, ConsentMethod
from portal.cases.work import FollowUpPage
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.pages import see_other
from referrals.compartments import FIELDS, LABELS, Compartment
from referrals.details import ConsentDetails
from visits import actions

WORDING: Final = "transfer-2026-1"
SHARED: Final = [str(part) for part in Compartment if part in FIELDS]


class TransferForm(GovukForm):
    """Where, and what she agreed to."""

    area_code = forms.ChoiceField(
        label="Where are they staying now?",
        choices=AREA_CHOICES,
        widget=Radios(),
        error_messages={"required": "Select where they are staying now"},
    )
    compartments = forms.MultipleChoiceField(
        label="What did they agree to pass on?",
        help_text="Only what is ticked can be opened there, and only once they take it on.",
        choices=[(part, LABELS[Compartment(part)]) for part in SHARED],
        initial=SHARED,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select what may be passed on"},
    )
    agreement = forms.BooleanField(
        label="They agree to that area’s advisers having what is ticked",
        error_messages={"required": "Without their agreement nothing can be passed on"},
    )
    method = forms.ChoiceField(
        label="How did they say so?", choices=ConsentMethod.choices, initial=ConsentMethod.PHONE
    )


class Transfer(FollowUpPage):
    """The follow-up stays here until somebody there takes it."""

    purpose = "transfer to another area"
    heading, button = "Transfer to another area", "Ask the other area"
    form_class = TransferForm
    template_name = "portal/cases/transfer.html"

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        consent = ConsentDetails(
            answer=ConsentAnswer.GIVEN,
            method=given["method"],
            wording_version=WORDING,
            compartments=given["compartments"],
        )
        made = actions.transfer(self.reference, given["area_code"], consent, by=self.member)
        area = AREAS[made.area_code].name
        messages.success(
            self.request,
            f"{area} has been asked. Until they take it on, this case is still yours.",
        )
        return see_other(reverse("portal:case", args=[self.reference]))
