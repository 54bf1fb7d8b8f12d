"""Her agreement to one more recipient, or the recorded ground without it, as forms ask for it."""

from collections.abc import Collection, Mapping
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
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from referrals.compartments import FIELDS, LABELS, Compartment
from referrals.details import ConsentDetails

WORDING: Final = "marac-2026-1"
GIVEN: Final = str(ConsentAnswer.GIVEN)
USUALLY: Final = [Compartment.IDENTITY, Compartment.CONTACT, Compartment.RISK]
NAMES: Final = ("agreement", "method", "answer", "reason", "safe_to_tell", "compartments")
GROUNDS: Final = (OverrideGround.HIGH_RISK, OverrideGround.LIFE_AT_RISK)


class AgreementForm(GovukForm):
    """What she answered, and what may be passed on."""

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
    compartments = forms.MultipleChoiceField(
        label="What is passed on?",
        help_text="Only what is ticked can be opened, and only once it is taken on.",
        choices=[(str(part), LABELS[part]) for part in Compartment if part in FIELDS],
        initial=USUALLY,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select what may be passed on"},
    )
    needed_sometimes: ClassVar[Collection[str]] = ("method", "answer", "reason", "safe_to_tell")


def consent_of(given: Mapping[str, Any]) -> ConsentDetails:
    """The form's answers as a line for the ledger."""
    if given["agreement"] == GIVEN:
        return ConsentDetails(
            answer=GIVEN,
            method=given["method"],
            wording_version=WORDING,
            compartments=given["compartments"],
        )
    return ConsentDetails(
        answer=given["answer"] or ConsentAnswer.NOT_ASKED_UNSAFE,
        basis=LawfulBasis.VITAL_INTERESTS,
        condition=SpecialCondition.SAFEGUARDING,
        ground=given["agreement"],
        safe_to_tell=given["safe_to_tell"],
        reason=given["reason"],
        compartments=given["compartments"],
    )
