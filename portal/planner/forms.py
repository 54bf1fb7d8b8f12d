"""What is asked beside a plan: why not, what a visit needs, and who must not go."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Membership
from directory.abilities import AdviserGender, Language, Specialism
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from visits.models import RefusalReason


class RefuseForm(GovukForm):
    """Why not."""

    reason = forms.ChoiceField(
        label="What is not right about it?",
        choices=RefusalReason.choices,
        widget=Radios(),
        error_messages={"required": "Select what is not right about it"},
    )


class NeedsForm(GovukForm):
    """What is wanted of whoever goes."""

    language = forms.ChoiceField(
        label="Which language do they want to speak?",
        required=False,
        choices=[("", "No wish, or English"), *Language.choices],
    )
    language_is_must = forms.BooleanField(label="Only somebody who speaks it", required=False)
    gender = forms.ChoiceField(
        label="Whom do they ask for?",
        required=False,
        choices=[
            ("", "No wish"),
            (AdviserGender.WOMAN, "A woman"),
            (AdviserGender.MAN, "A man"),
        ],
        widget=Radios(),
    )
    gender_is_must = forms.BooleanField(label="It must be one: nobody else may go", required=False)
    specialisms = forms.MultipleChoiceField(
        label="What should the adviser know well?",
        required=False,
        choices=Specialism.choices,
        widget=Checkboxes(),
    )
    minutes = forms.ChoiceField(
        label="How long will it take?",
        initial="60",
        choices=[
            ("30", "Half an hour"),
            ("60", "One hour"),
            ("90", "An hour and a half"),
            ("120", "Two hours"),
        ],
    )

    def clean_minutes(self) -> int:
        """A number."""
        return int(self.cleaned_data["minutes"])


class ConflictsForm(GovukForm):
    """Who must not visit."""

    who = forms.MultipleChoiceField(
        label="Who must not visit?",
        help_text="For example because they know the family. Do not say why: only managers see"
        " this list.",
        required=False,
        widget=Checkboxes(),
    )

    def __init__(self, *args: Any, colleagues: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {key_of(each): each for each in colleagues}
        people = [(key, each.display_name) for key, each in self.colleagues.items()]
        self.fields["who"].choices = people  # type: ignore[attr-defined]

    def clean_who(self) -> list[Membership]:
        """The members behind the choices."""
        return [self.colleagues[key] for key in self.cleaned_data["who"]]


def key_of(member: Membership) -> str:
    """What names a colleague in a form."""
    return member.user.email if member.user else ""
