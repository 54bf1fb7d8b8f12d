"""What is filled in about clocks: each a coded reason, and a moment where one is needed."""

from collections.abc import Sequence
from typing import Any

from django import forms

from directory.clock_reasons import (
    ChangeKind,
    LateReason,
    PauseReason,
    RebaseReason,
    WhichClock,
)
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from visits.clock import LONGEST_AGO


class PauseForm(GovukForm):
    """Why nobody may try, and when somebody looks again."""

    reason = forms.ChoiceField(
        label="Why is it not safe to go on?",
        choices=PauseReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is not safe to go on"},
    )
    review_at = MomentField(
        label="When do you look at it again?",
        subject="The review",
        help_text="Within 3 days. You and your managers are woken then. Time like 2:30pm or 14:30.",
        error_messages={"required": "Enter when you look at it again"},
    )


class WhyLateForm(GovukForm):
    """One reason for each clock that was missed."""

    def __init__(self, *args: Any, missed: Sequence[WhichClock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for which in missed:
            self.fields[which.value] = forms.ChoiceField(
                label=f"Why was it late? {which.label}",
                choices=[("", "Select"), *LateReason.choices],
                error_messages={"required": f"Select why it was late: {which.label}"},
            )


class ChangeForm(GovukForm):
    """What changed outside, and when."""

    kind = forms.ChoiceField(
        label="What changed?",
        choices=ChangeKind.choices,
        widget=Radios(),
        error_messages={"required": "Select what changed"},
    )
    happened_at = MomentField(
        label="When?",
        subject="The change",
        help_text="Time like 2:30pm or 14:30.",
        past_only=True,
        within_days=LONGEST_AGO.days,
        error_messages={"required": "Enter when it changed"},
    )


class RebaseForm(GovukForm):
    """Why clocks that run are set anew."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=RebaseReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why"},
    )
