"""Her agreement to one more recipient: the same questions wherever something is passed on."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms

from directory.sharing import ConsentAnswer, ConsentMethod
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes
from referrals.compartments import LABELS, Compartment
from referrals.details import ConsentDetails

PARTS: Final = [(str(part), LABELS[part]) for part in Compartment]


class PartsForm(GovukForm):
    """What is passed on; ``usually`` is ticked to begin with."""

    usually: ClassVar[Sequence[str]] = [code for code, _ in PARTS]
    compartments = forms.MultipleChoiceField(
        label="What is passed on?",
        help_text="Only what is ticked can be opened, and only once it is taken on.",
        choices=PARTS,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select what may be passed on"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartments"].initial = [str(part) for part in self.usually]


class AgreedForm(PartsForm):
    """A yes and how it was said, for what is passed on only with one; ``to_whom`` names who is to
    have it."""

    to_whom: ClassVar[str] = ""
    agreement = forms.BooleanField(
        error_messages={"required": "Without their agreement nothing can be passed on"}
    )
    method = forms.ChoiceField(
        label="How did they say so?", choices=ConsentMethod.choices, initial=ConsentMethod.PHONE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartments"].label = "What did they agree to pass on?"
        self.fields["agreement"].label = f"They agree to {self.to_whom} having what is ticked"


def given(answers: Mapping[str, Any], wording: str) -> ConsentDetails:
    """A yes, as a line for the ledger; ``wording`` is the version of what was said to her."""
    return ConsentDetails(
        answer=ConsentAnswer.GIVEN,
        method=answers["method"],
        wording_version=wording,
        compartments=answers["compartments"],
    )
