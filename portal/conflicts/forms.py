"""Whom somebody knows, and why a case is let exist for them again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Membership
from directory.conflicts import LiftReason, Relation
from portal.govuk.fields import DayField, PhoneField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios

NEVER_FILLED_IN = {"autocomplete": "off", "spellcheck": "false"}


def _name(label: str) -> forms.CharField:
    widget = forms.TextInput(attrs=NEVER_FILLED_IN)
    return forms.CharField(label=label, required=False, max_length=100, widget=widget)


class KnownForm(GovukForm):
    """One person: a name and date of birth, a phone number, or both."""

    relation = forms.ChoiceField(
        label="Who is it?",
        choices=Relation.choices,
        widget=Radios(),
        error_messages={"required": "Select who it is"},
    )
    given_name = _name("Given name")
    family_name = _name("Family name")
    born_on = DayField(
        label="Date of birth", subject="The date of birth", past_only=True, required=False
    )
    phone = PhoneField(label="Phone number", required=False, max_length=40)
    needed_sometimes = ("given_name", "family_name", "born_on", "phone")


class KnownToColleagueForm(KnownForm):
    """The same, for a colleague: somebody who joins, or cannot do it themself."""

    whose = forms.ChoiceField(
        label="Who knows them?", error_messages={"required": "Select who knows them"}
    )
    field_order = ("whose",)

    def __init__(self, *args: Any, colleagues: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {each.user.email: each for each in colleagues if each.user}
        people = [(key, each.display_name) for key, each in self.colleagues.items()]
        self.fields["whose"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]

    def clean_whose(self) -> Membership:
        """The member behind the choice."""
        return self.colleagues[self.cleaned_data["whose"]]


class LiftForm(GovukForm):
    """Which case for whom, and why."""

    block = forms.ChoiceField(
        label="Which is it?", widget=Radios(), error_messages={"required": "Select which it is"}
    )
    reason = forms.ChoiceField(
        label="Why?",
        choices=LiftReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is lifted"},
    )

    def __init__(self, *args: Any, blocks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"].choices = blocks  # type: ignore[attr-defined]
