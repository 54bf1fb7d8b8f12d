"""Who takes on what. One answer is enough; each case may have another."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Membership
from directory.reasons import HandOverReason
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from visits.handing import InHand
from visits.models import OffShiftReason


class HandOverForm(GovukForm):
    """Why, to whom, and case by case to whom else."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=HandOverReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is handed over"},
    )
    to = forms.ChoiceField(
        label="Who takes it all on?",
        help_text="You can choose somebody else for single cases below.",
        required=False,
    )
    off_shift_reason = forms.ChoiceField(
        label="If they are not on shift at the time of a visit",
        required=False,
        choices=[("", "They are on shift"), *OffShiftReason.choices],
    )
    needed_sometimes = ("to", "off_shift_reason")

    def __init__(
        self,
        *args: Any,
        held: Sequence[InHand],
        colleagues: Mapping[str, Membership],
        kept_out: Mapping[UUID, set[int]],
        **kwargs: Any,
    ) -> None:
        people = [(key, each.display_name) for key, each in colleagues.items()]
        super().__init__(*args, **kwargs)
        self.colleagues, self.references = colleagues, [each.reference for each in held]
        self.fields["to"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]
        for each in held:
            none_of_theirs = kept_out.get(each.referral.case_id, set())
            able = [one for one in people if colleagues[one[0]].pk not in none_of_theirs]
            self.fields[each.reference] = forms.ChoiceField(
                label=each.reference, required=False, choices=[("", "As above"), *able]
            )

    def cases(self) -> list[forms.BoundField]:
        """The question of each case."""
        return [self[reference] for reference in self.references]

    def shares(self) -> dict[str, Membership]:
        """By reference, who takes it on. Where nobody was chosen there is nobody."""
        given = self.cleaned_data
        chosen = {reference: given[reference] or given["to"] for reference in self.references}
        return {reference: self.colleagues[key] for reference, key in chosen.items() if key}
