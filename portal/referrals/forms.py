"""The officer's one page: agreement, person, safe contact, what happened."""

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone

from directory.areas import AREA_CHOICES, area_of_postcode
from directory.contact import ContactChannel
from directory.harm import HarmStrand, RiskBand
from directory.safe_times import SafeTime
from directory.sharing import ConsentAnswer, ConsentMethod, Relationship, SafeToTell
from portal.govuk.fields import DayField, MomentField, PhoneField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios

OUTSIDE: Final = "outside"
NOT_KNOWN: Final = "not_known"
LEAST_REASON: Final = 20


class Agreement(TextChoices):
    """What comes first, and what a no ends."""

    GIVEN = "given", "Yes, they agree"
    LIFE_AT_RISK = "life_at_risk", "No, but I am sharing because a life is at risk"
    NO = "no", "No – do not refer"


class Contact(TextChoices):
    """The ways of being in touch that are offered at a doorstep."""

    PHONE_CALL = ContactChannel.PHONE_CALL.value, "Call"
    WITHHELD_CALL = ContactChannel.WITHHELD_CALL.value, "Call from a withheld number"
    TEXT = ContactChannel.TEXT.value, "Text first, neutral wording"
    SAFE_PERSON = ContactChannel.SAFE_PERSON.value, "Do not contact directly: go through somebody"
    NONE = "none", "No safe way is known"


YES_NO: Final = [("yes", "Yes"), ("no", "No"), (NOT_KNOWN, "Not known")]


def _text(label: str, *, width: int = 0, **more: Any) -> forms.CharField:
    attrs = {"class": f"govuk-input--width-{width}"} if width else {}
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=attrs), **more)


def _required(sentence: str) -> dict[str, str]:
    return {"required": sentence}


class AgreementForm(GovukForm):
    """The first question alone: after a no nothing else of what was typed is looked at."""

    agreement = forms.ChoiceField(
        label="Do they agree to this referral?",
        choices=Agreement.choices,
        widget=Radios(hints={"no": "Nothing is asked for and nothing is kept."}),
        error_messages=_required("Select whether they agree to this referral"),
    )

    @property
    def ends_here(self) -> bool:
        """Whether they said no."""
        return self.is_valid() and self.cleaned_data["agreement"] == Agreement.NO


class ReferralForm(AgreementForm):
    """A referral after a police visit, whole."""

    method = forms.ChoiceField(
        label="How did they say so?",
        required=False,
        initial=ConsentMethod.IN_PERSON,
        choices=ConsentMethod.choices,
    )
    answer = forms.ChoiceField(
        label="Why is there no agreement?",
        required=False,
        choices=[choice for choice in ConsentAnswer.choices if choice[0] != ConsentAnswer.GIVEN],
        widget=Radios(),
    )
    reason = forms.CharField(
        label="Why must this be shared without their agreement?",
        help_text="At least 20 characters. Your supervisor sees that you shared, and must approve"
        " it within 12 hours.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    safe_to_tell = forms.ChoiceField(
        label="Is it safe to tell them that you shared?",
        required=False,
        choices=SafeToTell.choices,
        widget=Radios(),
    )
    given_name = _text("Given name", width=20, max_length=100)
    family_name = _text("Family name", width=20, max_length=100)
    name_not_given = forms.BooleanField(label="They did not give a name", required=False)
    born_on = DayField(
        label="Date of birth", subject="Date of birth", required=False, past_only=True
    )
    language = _text("Language, if not English", width=20, max_length=60)
    interpreter = forms.BooleanField(label="An interpreter is needed", required=False)
    phone = PhoneField(
        label="Phone number we can use",
        help_text="Read it back to them. A wrong number could put them in danger.",
        required=False,
        max_length=40,
    )
    channel = forms.ChoiceField(
        label="What contact is safe?",
        choices=Contact.choices,
        widget=Radios(),
        error_messages=_required("Select what contact is safe"),
    )
    safe_times = forms.MultipleChoiceField(
        label="When is it safe?",
        help_text="With none, nobody may contact them directly.",
        required=False,
        choices=SafeTime.choices,
        widget=Checkboxes(small=True),
    )
    what_to_say = _text("What should the caller say?", max_length=500)
    safe_person = _text("Somebody safe to go through", max_length=300)
    staying_at = _text("Where they are staying", max_length=500)
    postcode = _text(
        "Postcode where they are staying",
        width=10,
        max_length=20,
        help_text="Picks the area’s team. Never shown on lists.",
    )
    area = forms.ChoiceField(
        label="Area",
        required=False,
        help_text="Leave this unless there is no postcode or it is not recognised.",
        choices=[("", "From the postcode"), *AREA_CHOICES, (OUTSIDE, "Outside the region")],
    )
    harm_strands = forms.MultipleChoiceField(
        label="What kind of harm?",
        help_text="Select all that apply.",
        choices=HarmStrand.choices,
        widget=Checkboxes(small=True),
        error_messages=_required("Select at least one kind of harm"),
    )
    risk_band = forms.ChoiceField(
        label="Risk level now",
        choices=RiskBand.choices,
        widget=Radios(columns=True),
        error_messages=_required("Select the risk level"),
    )
    children = forms.ChoiceField(
        label="Are there children in the household?",
        choices=YES_NO,
        widget=Radios(columns=True),
        error_messages=_required("Select whether there are children in the household"),
    )
    visit_ended_at = MomentField(
        label="When did the police visit end?",
        subject="The end of the police visit",
        help_text="The 24 hours run from here. Time like 2:30pm or 14:30.",
        past_only=True,
        within_days=14,
        initial=timezone.localdate,
        error_messages=_required("Enter when the police visit ended"),
    )
    summary = forms.CharField(
        label="What happened, in two or three sentences",
        help_text="Facts only. Do not copy the whole log.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=_required("Enter what happened"),
    )
    crime_reference = _text("Crime or incident reference", width=20, max_length=60)
    their_given_name = _text("Alleged perpetrator’s given name", width=20, max_length=100)
    their_family_name = _text("Alleged perpetrator’s family name", width=20, max_length=100)
    relationship = forms.ChoiceField(
        label="What they are to the person",
        required=False,
        choices=[("", "Select"), *Relationship.choices],
    )
    works_for = forms.ChoiceField(
        label="Do they work for an agency that could be asked to help?",
        help_text="The police, a council, health or a service. It is asked to help by nobody then.",
        required=False,
        choices=[("", "No, or not known")],
    )

    needed_sometimes = (
        "method",
        "answer",
        "reason",
        "safe_to_tell",
        "given_name",
        "family_name",
        "name_not_given",
        "phone",
        "safe_times",
        "postcode",
        "area",
    )
    parts = (
        ("Agreement", ("agreement", "method", "answer", "reason", "safe_to_tell")),
        (
            "Person",
            ("given_name", "family_name", "name_not_given", "born_on", "language", "interpreter"),
        ),
        (
            "Safe contact",
            (
                "phone",
                "channel",
                "safe_times",
                "what_to_say",
                "safe_person",
                "staying_at",
                "postcode",
                "area",
            ),
        ),
        (
            "What happened",
            (
                "visit_ended_at",
                "harm_strands",
                "risk_band",
                "children",
                "summary",
                "crime_reference",
                "their_given_name",
                "their_family_name",
                "relationship",
                "works_for",
            ),
        ),
    )

    def __init__(self, *args: Any, agencies: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works_for = cast(forms.ChoiceField, self.fields["works_for"])
        works_for.choices = [("", "No, or not known"), *agencies]

    def clean(self) -> dict[str, Any]:
        """What one answer asks of another."""
        given = super().clean() or self.cleaned_data
        if given.get("agreement") == Agreement.GIVEN and not given.get("method"):
            self.add_error("method", "Select how they gave their agreement")
        if given.get("agreement") == Agreement.LIFE_AT_RISK:
            self._clean_emergency(given)
        if not (given.get("given_name") or given.get("family_name") or given["name_not_given"]):
            self.add_error("given_name", "Enter a name, or tick that they did not give one")
        self._clean_contact(given)
        self._clean_area(given)
        return given

    def _clean_emergency(self, given: dict[str, Any]) -> None:
        if not given.get("answer"):
            self.add_error("answer", "Select why there is no agreement")
        if len(given.get("reason", "").strip()) < LEAST_REASON:
            self.add_error("reason", "Enter why this must be shared, in at least 20 characters")
        if not given.get("safe_to_tell"):
            self.add_error("safe_to_tell", "Select whether it is safe to tell them")

    def _clean_contact(self, given: dict[str, Any]) -> None:
        channel = given.get("channel")
        if channel in {Contact.PHONE_CALL, Contact.WITHHELD_CALL, Contact.TEXT}:
            if "phone" in given and not given["phone"]:
                self.add_error("phone", "Enter the phone number, or select another kind of contact")
        elif channel == Contact.SAFE_PERSON and not given.get("safe_person"):
            self.add_error("safe_person", "Enter who to go through, and how to reach them")

    def _clean_area(self, given: dict[str, Any]) -> None:
        given["area_code"] = "" if given.get("area") == OUTSIDE else given.get("area", "")
        if given.get("area"):
            return
        if not given.get("postcode"):
            self.add_error("postcode", "Enter a postcode, or select the area")
            return
        try:
            found = area_of_postcode(given["postcode"])
        except ValueError as error:
            self.add_error("postcode", ValidationError(str(error)))
            return
        if found is None:
            self.add_error("area", "We cannot tell the area from this postcode. Select the area")
        else:
            given["area_code"] = found.code
