"""What is asked of each of the three people."""

from django import forms

from directory.reasons import BreakGlassReason, GlassFinding
from portal.cases.sharing_forms import named
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from referrals.compartments import FIELDS


class AskForm(GovukForm):
    """Why, and which parts."""

    reason = forms.ChoiceField(
        label="Why do you have to see it now?",
        choices=BreakGlassReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why you have to see it now"},
    )
    compartments = forms.MultipleChoiceField(
        label="What do you have to see?",
        choices=named(FIELDS),
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one part"},
    )


class AnswerForm(GovukForm):
    """Whether they may look."""

    answer = forms.ChoiceField(
        label="May they look for 60 minutes?",
        choices=[("yes", "Yes, and I have spoken to them"), ("no", "No")],
        widget=Radios(),
        error_messages={"required": "Select yes or no"},
    )


class ReviewForm(GovukForm):
    """What a third person found."""

    finding = forms.ChoiceField(
        label="What did you find?",
        choices=GlassFinding.choices,
        widget=Radios(),
        error_messages={"required": "Select what you found"},
    )
