"""What a sender fills in after sending."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from directory.harm import RiskBand
from directory.reasons import WithdrawalReason
from directory.safe_times import SafeTime
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.referrals.forms import YES_NO


class WithdrawForm(GovukForm):
    """Why a referral is called back."""

    reason = forms.ChoiceField(
        label="Why are you withdrawing it?",
        choices=WithdrawalReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why you are withdrawing it"},
    )


class AnswerForm(GovukForm):
    """An answer to a coded question; what is left alone stays as it is."""

    channel_is_safe = forms.ChoiceField(
        label="May they be contacted directly?",
        required=False,
        choices=[("allowed", "Yes, at the times below"), ("held", "No")],
        widget=Radios(),
    )
    safe_times = forms.MultipleChoiceField(
        label="When is it safe?",
        required=False,
        choices=SafeTime.choices,
        widget=Checkboxes(small=True),
    )
    risk_band = forms.ChoiceField(
        label="Risk level now", required=False, choices=[("", "As it was"), *RiskBand.choices]
    )
    children = forms.ChoiceField(
        label="Are there children in the household?",
        required=False,
        choices=[("", "As it was"), *YES_NO],
    )
    note = forms.CharField(
        label="Anything else they need to know",
        help_text="They can read this once they take the referral on.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """An answer says something."""
        given = super().clean() or self.cleaned_data
        if not any(given.values()):
            raise ValidationError("Change something, or write a note")
        if given.get("channel_is_safe") == "allowed" and not given.get("safe_times"):
            self.add_error("safe_times", "Select when it is safe")
        return given
