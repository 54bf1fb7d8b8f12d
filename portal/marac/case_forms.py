"""What is asked beside a case: grounds, agreement, and who is safe to talk to."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms

from accounts.models import Agency
from directory.areas import AREA_CHOICES
from marac.codes import Answer, Ground
from marac.models import Meeting
from portal.agreement import PartsForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.marac.agreement import NAMES, AgreementForm
from portal.marac.forms import MeetingForm

Sections = tuple[tuple[str, tuple[str, ...]], ...]
WHY = (
    "grounds",
    "judgement",
    "police_incidents",
    "said_repeat",
    "is_adult",
    "knows",
    "safe_people",
    "unsafe_people",
)


def _words(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MaracForm(AgreementForm):
    """Why a case is to be heard, and her agreement."""

    grounds = forms.MultipleChoiceField(
        label="On which grounds?",
        help_text="Select all that apply.",
        choices=[each for each in Ground.choices if each[0] != Ground.TRANSFER],
        widget=Checkboxes(
            hints={
                Ground.VISIBLE_HIGH_RISK: "The risk recorded reaches the area’s threshold.",
                Ground.PROFESSIONAL_JUDGEMENT: "Below it, and you are seriously concerned.",
                Ground.POTENTIAL_ESCALATION: "3 or more incidents reported to police in 12 months.",
                Ground.REPEAT: "Any abuse between the same people within 12 months of the last"
                " MARAC referral. It need not be a crime.",
            }
        ),
        error_messages={"required": "Select at least one ground"},
    )
    judgement = _words(
        "Why, in your judgement?", "For professional judgement. Sealed with what is known of risk."
    )
    police_incidents = forms.IntegerField(
        label="How many incidents were reported to the police in the last 12 months?",
        help_text="Leave empty if you do not know.",
        required=False,
        min_value=0,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Incidents must be a number",
            "min_value": "Incidents must be 0 or more",
            "max_value": "Incidents must be 999 or fewer",
        },
    )
    said_repeat = forms.ChoiceField(
        label="Were they referred to a MARAC in the last 12 months?",
        choices=Answer.choices,
        initial=Answer.NOT_KNOWN,
        widget=Radios(columns=True),
    )
    is_adult = forms.BooleanField(label="They are 16 or over", required=False)
    knows = forms.ChoiceField(
        label="Do they know of this referral?",
        choices=Answer.choices,
        widget=Radios(columns=True),
        error_messages={"required": "Select whether they know of it"},
    )
    safe_people = _words("Who is it safe to talk to?", "Sealed with what is known of the risk.")
    unsafe_people = _words("Who is it not safe to talk to?")
    field_order: tuple[str, ...] = (*WHY, *NAMES)
    parts: ClassVar[Sections] = (("Why it must be heard", WHY), ("Their agreement", NAMES))
    needed_sometimes: ClassVar[Collection[str]] = (
        *AgreementForm.needed_sometimes,
        "judgement",
        "police_incidents",
        "is_adult",
        "safe_people",
        "unsafe_people",
    )


class EnterForm(MaracForm, MeetingForm):
    """The same, and the meeting it is put to."""

    field_order = ("meeting", *MaracForm.field_order)
    parts: ClassVar[Sections] = (("The meeting", ("meeting",)), *MaracForm.parts)

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, meetings=meetings, **kwargs)


class IdvaForm(AgreementForm):
    """Which IDVA service, and her agreement to it."""

    usually = PartsForm.usually
    agency = forms.ChoiceField(
        label="Which IDVA service?",
        widget=Radios(),
        error_messages={"required": "Select an IDVA service"},
    )
    field_order = ("agency", *NAMES)
    parts = (("The service", ("agency",)), ("Their agreement", NAMES))

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {each.code: each for each in agencies}
        choices = [(code, each.name) for code, each in self.agencies.items()]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def clean_agency(self) -> Agency:
        """The agency behind the choice."""
        return self.agencies[self.cleaned_data["agency"]]


class TransferForm(AgreementForm):
    """Where she lives now, and her agreement to that area's coordinator."""

    area_code = forms.ChoiceField(
        label="Which area are they in now?",
        choices=[("", "Select"), *AREA_CHOICES],
        error_messages={"required": "Select the area"},
    )
    field_order = ("area_code", *NAMES)
    parts = (("The area", ("area_code",)), ("Their agreement", NAMES))
