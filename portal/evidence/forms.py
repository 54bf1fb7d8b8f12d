"""What a manager says of entries they have looked at."""

from collections.abc import Iterable
from typing import cast

from django import forms

from oversight.models import Ground
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios


class LookForm(GovukForm):
    """Which entries, and whether the law lets them be kept from the person."""

    seq = forms.TypedMultipleChoiceField(
        label="Entries",
        coerce=int,
        error_messages={"required": "Select what you have looked at"},
    )
    ground = forms.ChoiceField(
        label="May the person see that these looked?",
        choices=[("", "Yes"), *((each.value, f"No: {each.label}") for each in Ground)],
        widget=Radios(),
        required=False,
    )

    def offer(self, seqs: Iterable[int]) -> None:
        """Let these be ticked, and no others."""
        ticks = cast(forms.TypedMultipleChoiceField, self.fields["seq"])
        ticks.choices = [(seq, "") for seq in seqs]
