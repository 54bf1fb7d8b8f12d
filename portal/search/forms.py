"""What somebody knows of the case they look for."""

from typing import Any

from django import forms

from directory.reasons import SearchReason
from portal.govuk.fields import DayField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from referrals.searching import Terms


def _text(label: str, *, most: int, help_text: str = "") -> forms.CharField:
    box = forms.TextInput(attrs={"class": "govuk-input govuk-input--width-20"})
    return forms.CharField(
        label=label, required=False, max_length=most, help_text=help_text, widget=box
    )


class SearchForm(GovukForm):
    """One way of finding it is enough; why is always asked."""

    reference = _text("Reference", most=20, help_text="Ours or your own, like PH-2K7W9RXF")
    given_name = _text("Given name", most=100)
    family_name = _text("Family name", most=100)
    born_on = DayField(
        label="Date of birth", subject="Date of birth", required=False, past_only=True
    )
    phone = _text("Phone number", most=40)
    crime_reference = _text("Crime reference", most=40)
    why = forms.ChoiceField(
        label="Why are you looking?",
        help_text="This is recorded, with who you are. What you type is not kept.",
        choices=SearchReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why you are looking"},
    )
    parts = (
        ("By reference", ("reference", "crime_reference")),
        ("Or by the person", ("given_name", "family_name", "born_on")),
        ("Or by a phone number", ("phone",)),
        ("Why", ("why",)),
    )
    needed_sometimes = (
        "reference",
        "given_name",
        "family_name",
        "born_on",
        "phone",
        "crime_reference",
    )

    @property
    def terms(self) -> Terms:
        """What was typed, for the search."""
        given: dict[str, Any] = dict(self.cleaned_data)
        del given["why"]
        return Terms(**given)
