"""What is asked about one way to be in touch. What is on file and secret is never filled in."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from django import forms

from directory.contact import BY_NUMBER, ContactChannel, ReleaseReason
from directory.safe_times import LONDON, SafeTime, windows_of
from portal.govuk.fields import DayField, PhoneField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from referrals.ways import Way
from visits.actions.booking import OutsideReason

YES: Final = "yes"
_FLAGS: Final = ("withheld_only", "anonymous")
_TEXTS: Final = ("who_may_answer", "leave_message", "what_to_say", "if_not_them", "safe_person")
_SECRETS: Final = ("phone", "email", "code_word")


def _text(label: str, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


class WayForm(GovukForm):
    """One way to be in touch, as she has just said it."""

    phone = PhoneField(
        label="Phone number",
        help_text="Leave empty to keep the one on file. With another, calls booked on the old one"
        " are called off.",
        required=False,
        max_length=40,
    )
    email = forms.EmailField(
        label="Email address",
        help_text="Leave empty to keep the one on file.",
        required=False,
        max_length=254,
    )
    safe_person = _text("Somebody safe to go through, and how to reach them", 300)
    allowed = forms.ChoiceField(
        label="Is it safe to reach them in this way?",
        choices=[(YES, "Yes, at the times below"), ("no", "No")],
        widget=Radios(),
        error_messages={"required": "Select whether it is safe to reach them in this way"},
    )
    safe_times = forms.MultipleChoiceField(
        label="When is it safe?",
        required=False,
        choices=SafeTime.choices,
        widget=Checkboxes(small=True),
    )
    who_may_answer = _text("Who may answer", 200)
    leave_message = forms.ChoiceField(
        label="May a message be left?",
        required=False,
        choices=[("", "Not known"), (YES, "Yes"), ("no", "No")],
    )
    withheld_only = forms.BooleanField(label="Only from a withheld number", required=False)
    anonymous = forms.BooleanField(label="Do not say who we are", required=False)
    what_to_say = _text("What to say", 500)
    if_not_them = _text("What to say if somebody else answers", 500)
    code_word = _text(
        "Code word",
        60,
        help_text="Leave empty to keep the one on file. It is shown only to whoever is about to"
        " call.",
    )
    no_code_word = forms.BooleanField(label="There is no code word any more", required=False)
    until = DayField(
        label="Safe until",
        subject="Safe until",
        help_text="Leave empty if they named no day. Everything is asked again after 14 days.",
        required=False,
    )
    needed_sometimes = ("phone", "email", "safe_times")

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        unasked = {"phone", "email", "safe_person"} - {_reach_of(channel)}
        if channel not in BY_NUMBER:
            unasked |= {"withheld_only"}
        for name in unasked:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A way that is safe is safe at some time."""
        given = super().clean() or self.cleaned_data
        if given.get("allowed") == YES and not given.get("safe_times"):
            self.add_error("safe_times", "Select when it is safe")
        return given

    @property
    def way(self) -> Way:
        """What was said."""
        given = self.cleaned_data
        document = {name: given[name] for name in _TEXTS if given.get(name)}
        document |= {name: YES for name in _FLAGS if given.get(name)}
        document |= {name: given[name] for name in _SECRETS if given.get(name)}
        if given.get("no_code_word"):
            document["code_word"] = ""
        return Way(
            channel=self.channel,
            allowed=given["allowed"] == YES,
            windows=windows_of(given["safe_times"]),
            document=document,
            expires_at=_end_of(given["until"]) if given.get("until") else None,
        )


class ReleaseForm(WayForm):
    """The one safe way that was found, and how it is known to be safe."""

    reason = forms.ChoiceField(
        label="How do you know that this way is safe?",
        choices=ReleaseReason.choices,
        widget=Radios(),
        error_messages={"required": "Select how you know that this way is safe"},
    )


class CallForm(GovukForm):
    """Which way, and why now if it is not a safe time."""

    channel = forms.ChoiceField(
        label="How are you about to reach them?",
        widget=Radios(),
        error_messages={"required": "Select how you are about to reach them"},
    )
    outside_reason = forms.ChoiceField(
        label="Why outside their safe times?",
        help_text="Leave empty at a safe time.",
        required=False,
        choices=[("", "It is a safe time"), *OutsideReason.choices],
    )
    needed_sometimes = ("outside_reason",)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]


class ChannelForm(GovukForm):
    """Which way is meant, before it is asked about."""

    channel = forms.ChoiceField(
        label="Another way",
        choices=[("", "Select"), *ContactChannel.choices],
        error_messages={"required": "Select the way"},
    )


def answers_of(words: Mapping[str, str]) -> dict[str, Any]:
    """What may be filled in of what is on file: no number, no address, no code word."""
    texts = {name: words.get(name, "") for name in _TEXTS}
    return {**texts, **{name: words.get(name) == YES for name in _FLAGS}}


def _reach_of(channel: str) -> str:
    if channel in BY_NUMBER:
        return "phone"
    named = {ContactChannel.EMAIL: "email", ContactChannel.SAFE_PERSON: "safe_person"}
    return named.get(ContactChannel(channel), "")


def _end_of(on: Any) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(0), tzinfo=LONDON)
