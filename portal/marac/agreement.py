"""Her agreement to one more recipient, or the recorded ground without it, as forms ask for it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms

from directory.sharing import (
    ConsentAnswer,
    ConsentMethod,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from portal.agreement import PartsForm, given
from portal.govuk.widgets import Radios
from referrals.compartments import Compartment
from referrals.details import ConsentDetails

WORDING: Final = "marac-2026-1"
GIVEN: Final = str(ConsentAnswer.GIVEN)
NAMES: Final = ("agreement", "method", "answer", "reason", "safe_to_tell", "compartments")
GROUNDS: Final = (OverrideGround.HIGH_RISK, OverrideGround.LIFE_AT_RISK)


class AgreementForm(PartsForm):
    """What she answered, and what may be passed on."""

    usually: ClassVar[Sequence[str]] = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.RISK)
    agreement = forms.ChoiceField(
        label="Do they agree?",
        choices=[
            (GIVEN, "Yes"),
            *((str(each), f"No, but: {each.label[0].lower()}{each.label[1:]}") for each in GROUNDS),
        ],
        widget=Radios(
            hints={
                str(OverrideGround.HIGH_RISK): "Where the area’s rule allows it. A second person of"
                " your agency must approve within 12 hours, or it closes by itself."
            }
        ),
        error_messages={"required": "Select whether they agree"},
    )
    method = forms.ChoiceField(
        label="If they agree: how did they say so?",
        required=False,
        choices=ConsentMethod.choices,
        initial=ConsentMethod.PHONE,
    )
    answer = forms.ChoiceField(
        label="If not: why is there no agreement?",
        required=False,
        choices=[each for each in ConsentAnswer.choices if each[0] != ConsentAnswer.GIVEN],
        widget=Radios(),
    )
    reason = forms.CharField(
        label="If not: why is it necessary and proportionate?",
        help_text="At least 20 characters. Sealed in your agency’s own notes.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    safe_to_tell = forms.ChoiceField(
        label="If not: is it safe to tell them?",
        required=False,
        choices=SafeToTell.choices,
        widget=Radios(),
    )
    needed_sometimes: ClassVar[Collection[str]] = ("method", "answer", "reason", "safe_to_tell")


def consent_of(answers: Mapping[str, Any]) -> ConsentDetails:
    """The form's answers as a line for the ledger."""
    if answers["agreement"] == GIVEN:
        return given(answers, WORDING)
    return ConsentDetails(
        answer=answers["answer"] or ConsentAnswer.NOT_ASKED_UNSAFE,
        basis=LawfulBasis.VITAL_INTERESTS,
        condition=SpecialCondition.SAFEGUARDING,
        ground=answers["agreement"],
        safe_to_tell=answers["safe_to_tell"],
        reason=answers["reason"],
        compartments=answers["compartments"],
    )
