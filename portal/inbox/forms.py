"""The coded answers."""

from django import forms

from directory.reasons import DeclineReason
from portal.govuk.fields import DayField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from referrals.models.referral import Question


class DeclineForm(GovukForm):
    """Why it is turned down."""

    reason = forms.ChoiceField(
        label="Why are you declining it?",
        help_text="The referrer sees this reason and nothing more.",
        choices=DeclineReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why you are declining it"},
    )


class WaitForm(GovukForm):
    """Until when somebody waits."""

    expected_on = DayField(
        label="When do you expect to start?",
        help_text="The referrer sees this day. It becomes your time to answer by.",
        subject="The day",
        error_messages={"required": "Enter the day you expect to start"},
    )


class AskForm(GovukForm):
    """What has to be known first."""

    question = forms.ChoiceField(
        label="What do you need to know?",
        choices=Question.choices,
        widget=Radios(),
        error_messages={"required": "Select what you need to know"},
    )
