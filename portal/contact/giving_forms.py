"""What a referrer fills in who has found another safe way."""

from typing import Any

from django import forms

from directory.contact import BY_NUMBER
from directory.safe_times import SafeTime, windows_of
from portal.govuk.fields import PhoneField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.referrals.forms import Contact
from referrals.ways import Way


class GiveForm(GovukForm):
    """Only what they said themselves is safe. A number that the police happen to have is not."""

    channel = forms.ChoiceField(
        label="What contact is safe now?",
        choices=[choice for choice in Contact.choices if choice[0] != Contact.NONE],
        widget=Radios(),
        error_messages={"required": "Select what contact is safe now"},
    )
    phone = PhoneField(
        label="Phone number we can use",
        help_text="Only one that they said is safe. Read it back to them.",
        required=False,
        max_length=40,
    )
    safe_person = forms.CharField(
        label="Somebody safe to go through", required=False, max_length=300
    )
    safe_times = forms.MultipleChoiceField(
        label="When is it safe?",
        choices=SafeTime.choices,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select when it is safe"},
    )
    what_to_say = forms.CharField(
        label="What should the caller say?", required=False, max_length=500
    )
    code_word = forms.CharField(label="Code word, if one was agreed", required=False, max_length=60)
    needed_sometimes = ("phone", "safe_person")

    def clean(self) -> dict[str, Any]:
        """What one answer asks of another."""
        given = super().clean() or self.cleaned_data
        channel = given.get("channel")
        if channel in BY_NUMBER and "phone" in given and not given["phone"]:
            self.add_error("phone", "Enter the phone number")
        if channel == Contact.SAFE_PERSON and not given.get("safe_person"):
            self.add_error("safe_person", "Enter who to go through, and how to reach them")
        return given

    @property
    def way(self) -> Way:
        """What was found."""
        given = self.cleaned_data
        reach = "phone" if given["channel"] in BY_NUMBER else "safe_person"
        names = (reach, "what_to_say", "code_word")
        return Way(
            channel=given["channel"],
            allowed=True,
            windows=windows_of(given["safe_times"]),
            document={name: given[name] for name in names if given.get(name)},
        )
