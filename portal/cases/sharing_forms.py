"""What is asked in the conversation about sharing."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from directory.models import Service
from directory.sharing import (
    ConsentAnswer,
    ConsentMethod,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from portal.cases.onward import service_key
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from referrals.compartments import LABELS, Compartment
from referrals.consent import EMERGENCY_GROUNDS, LEAST_REASON

WORDING: Final = "sharing-2026-1"
GROUNDS: Final = [each for each in OverrideGround if each not in EMERGENCY_GROUNDS]
BASES: Final = [each for each in LawfulBasis if each != LawfulBasis.CONSENT]
CONDITIONS: Final = [each for each in SpecialCondition if each != SpecialCondition.EXPLICIT_CONSENT]


def _choices(codes: Iterable[Any]) -> list[tuple[str, str]]:
    return [(code.value, code.label) for code in codes]


def named(parts: Iterable[str]) -> list[tuple[str, str]]:
    """Parts of a case by name, in the usual order."""
    wanted = set(parts)
    return [(str(part), LABELS[part]) for part in Compartment if str(part) in wanted]


class _SaidForm(GovukForm):
    """How they said so."""

    method = forms.ChoiceField(
        label="How did they say so?", choices=ConsentMethod.choices, initial=ConsentMethod.PHONE
    )


class _PartsForm(GovukForm):
    """Parts out of those that there are."""

    compartments = forms.MultipleChoiceField(
        label="Which parts?",
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one part"},
    )

    def __init__(self, *args: Any, parts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartments"].choices = named(parts)  # type: ignore[attr-defined]


class NarrowForm(_PartsForm, _SaidForm):
    """What they take back."""

    field_order = ("compartments", "method")


class WithdrawForm(GovukForm):
    """That they take everything back."""

    agreed = forms.BooleanField(
        label="They want this, and I have said what cannot be undone",
        error_messages={"required": "Tick this once you have said it"},
    )


class EndForm(_SaidForm):
    """Until when."""

    expires_at = MomentField(label="Until when do they agree?", subject="The end")
    field_order = ("expires_at", "method")


class AgreeForm(_PartsForm, _SaidForm):
    """That they agree, to what, and until when."""

    agreement = forms.BooleanField(
        label="They agree to this agency having what is ticked",
        error_messages={"required": "Without their agreement this cannot be recorded"},
    )
    expires_at = MomentField(
        label="Until when?",
        subject="The end",
        help_text="Leave empty where they set no end.",
        required=False,
    )
    field_order = ("compartments", "agreement", "method", "expires_at")


class AskForm(_PartsForm):
    """On what footing something is to be shared without agreement: each thing by itself."""

    service = forms.ChoiceField(
        label="With which service?",
        widget=Radios(),
        error_messages={"required": "Select a service"},
    )
    answer = forms.ChoiceField(
        label="What did they say?",
        choices=_choices(each for each in ConsentAnswer if each != ConsentAnswer.GIVEN),
        widget=Radios(),
        error_messages={"required": "Select what they said"},
    )
    ground = forms.ChoiceField(
        label="On what ground?",
        choices=_choices(GROUNDS),
        widget=Radios(),
        error_messages={"required": "Select the ground"},
    )
    reason = forms.CharField(
        label="Why is it necessary, and why is less not enough?",
        help_text="Sealed. The colleague who approves it reads it; the service does not.",
        min_length=LEAST_REASON,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say why it is necessary",
            "min_length": "Say in a sentence why it is necessary",
        },
    )
    basis = forms.ChoiceField(
        label="Lawful basis (Article 6)",
        choices=[("", "Select"), *_choices(BASES)],
        error_messages={"required": "Select the basis"},
    )
    condition = forms.ChoiceField(
        label="Condition (Article 9)",
        choices=[("", "Select"), *_choices(CONDITIONS)],
        error_messages={"required": "Select the condition"},
    )
    safe_to_tell = forms.ChoiceField(
        label="Were they told, and is it safe to tell them?",
        choices=SafeToTell.choices,
        widget=Radios(),
        error_messages={"required": "Select whether it is safe to tell them"},
    )
    expires_at = MomentField(
        label="Until when is it shared?", subject="The end", help_text="28 days at most."
    )
    field_order = ("service", "compartments")

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {service_key(each): each for each in services}
        choices = [(key, each.name) for key, each in self.services.items()]
        self.fields["service"].choices = choices  # type: ignore[attr-defined]

    def clean_service(self) -> Service:
        """The service behind the choice."""
        return self.services[self.cleaned_data["service"]]


class DecideForm(GovukForm):
    """The second person's answer."""

    answer = forms.ChoiceField(
        label="Do you stand behind this?",
        choices=[("yes", "Yes: it may be shared until its end"), ("no", "No: nothing is shared")],
        widget=Radios(),
        error_messages={"required": "Select yes or no"},
    )
