"""What is asked before a case is held, or goes."""

from django import forms

from directory.retention import DisposalReason, HoldKind
from portal.govuk.fields import DayField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios


class _CopyForm(GovukForm):
    """Which copy."""

    reference = forms.CharField(
        label="Your reference of the case",
        help_text="It stands at the top of the case as “your reference”, like PC-7K2M9QXA.",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter your reference of the case"},
    )

    def clean_reference(self) -> str:
        """As it is written."""
        return str(self.cleaned_data["reference"]).strip().upper()


class AskForm(_CopyForm):
    """Which copy is to go, and why."""

    reason = forms.ChoiceField(
        label="Why is it to go?",
        choices=DisposalReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is to go"},
    )
    understood = forms.BooleanField(
        label="I know that nobody can bring it back",
        error_messages={"required": "Tick this if you know that nobody can bring it back"},
    )


class PlaceForm(_CopyForm):
    """What is held, what for, and until when nobody looks at it again."""

    kind = forms.ChoiceField(
        label="What is it held for?",
        choices=HoldKind.choices,
        widget=Radios(),
        error_messages={"required": "Select what it is held for"},
    )
    review_on = DayField(label="When is it looked at again?", subject="The day")


class AnswerForm(GovukForm):
    """Whether it goes."""

    answer = forms.ChoiceField(
        label="Let it go?",
        choices=[("yes", "Yes. I know that nobody can bring it back"), ("no", "No, keep it")],
        widget=Radios(),
        error_messages={"required": "Select yes or no"},
    )
