"""What a manager answers who is asked to sign a closing off."""

from typing import Any

from django import forms

from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios


class AnswerForm(GovukForm):
    """Yes or no, beside what was asked."""

    answer = forms.ChoiceField(
        label="Nobody reached them and the risk is high. Close it all the same?",
        choices=[("yes", "Yes, close it"), ("no", "No, the work goes on")],
        widget=Radios(),
        error_messages={"required": "Select whether to close it"},
    )

    def __init__(self, *args: Any, asked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].help_text = asked
