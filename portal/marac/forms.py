"""What is asked on the pages of the MARAC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Agency, AgencyKind, Membership
from directory.areas import AREA_CHOICES, AREAS
from marac.codes import AgreedAction, CancelReason, MoveReason, OffReason, TellingOutcome
from marac.models import Meeting
from portal.govuk.fields import DayField, MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.spoken_time import capitalised, day_and_time


class TimesForm(GovukForm):
    """When a meeting is, and when its agenda closes."""

    held_at = MomentField(
        label="When is the meeting?",
        subject="The meeting",
        help_text="Time like 9:30am or 13:30.",
        error_messages={"required": "Enter when the meeting is"},
    )
    closes_at = MomentField(
        label="Until when are cases taken onto its list?",
        subject="The closing of the agenda",
        help_text="What is urgent can be added until the meeting.",
        error_messages={"required": "Enter when the agenda closes"},
    )


class PlanForm(TimesForm):
    """When, for which area, and who sits at it."""

    field_order = ("area_code", "held_at", "closes_at", "invited")

    area_code = forms.ChoiceField(
        label="Which area?",
        choices=[("", "Select"), *AREA_CHOICES],
        error_messages={"required": "Select an area"},
    )
    invited = forms.MultipleChoiceField(
        label="Who is invited?",
        help_text="They see that the meeting takes place, and nothing of its list.",
        required=False,
        widget=Checkboxes(small=True),
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {each.code: each for each in agencies}
        choices = [(code, each.name) for code, each in self.agencies.items()]
        self.fields["invited"].choices = choices  # type: ignore[attr-defined]

    def clean_invited(self) -> list[Agency]:
        """The agencies behind the choices."""
        return [self.agencies[code] for code in self.cleaned_data["invited"]]


def invitable(member: Membership) -> list[Agency]:
    """Who can sit at a meeting: every other agency that shares, but the strategic group."""
    sharing = Agency.objects.sharing(timezone.localdate()).exclude(pk=member.agency_id)
    return list(sharing.exclude(kind=AgencyKind.STRATEGIC).order_by("name"))


def meeting_field(label: str = "Which meeting?") -> forms.ChoiceField:
    """One of the meetings that can still be put a case to."""
    return forms.ChoiceField(
        label=label, widget=Radios(), error_messages={"required": "Select a meeting"}
    )


class MeetingForm(GovukForm):
    """Which meeting hears it."""

    meeting = meeting_field()

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meetings = {_key(each): each for each in meetings}
        choices = [(key, _spoken(each)) for key, each in self.meetings.items()]
        self.fields["meeting"].choices = choices  # type: ignore[attr-defined]

    def clean_meeting(self) -> Meeting:
        """The meeting behind the choice."""
        return self.meetings[self.cleaned_data["meeting"]]


class MoveForm(MeetingForm):
    """Which meeting instead, and why."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=MoveReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why"},
    )


class CancelForm(GovukForm):
    """Why a meeting does not take place."""

    reason = forms.ChoiceField(
        label="Why does it not take place?",
        choices=CancelReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it does not take place"},
    )


class OffForm(GovukForm):
    """Why it is not heard."""

    reason = forms.ChoiceField(
        label="Why is it not heard?",
        help_text="The referrer sees this reason and nothing more.",
        choices=OffReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why it is not heard"},
    )


class ResultForm(GovukForm):
    """What came of it, and one action. More actions are added one by one."""

    words = forms.CharField(
        label="Result",
        help_text="Whoever was given what is known of the risk can read this. Facts, no guesses.",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    code = forms.ChoiceField(
        label="Action", required=False, choices=[("", "No action"), *AgreedAction.choices]
    )
    agency = forms.ChoiceField(label="By which agency?", required=False)
    due_on = DayField(label="By when?", subject="The day", required=False)
    action_words = forms.CharField(
        label="What exactly?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    parts = (
        ("What was decided", ("words",)),
        ("An action", ("code", "agency", "due_on", "action_words")),
    )
    needed_sometimes = ("words", "code", "agency", "due_on", "action_words")

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {each.code: each for each in agencies}
        choices = [("", "Select"), *((code, each.name) for code, each in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An action needs an agency and a day."""
        given = super().clean() or {}
        if given.get("code"):
            for name, sentence in (
                ("agency", "Select which agency does it"),
                ("due_on", "Enter by when it is done"),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return given


class ToldForm(GovukForm):
    """Whether she was told."""

    outcome = forms.ChoiceField(
        label="Have they been told the result?",
        choices=TellingOutcome.choices,
        widget=Radios(
            hints={"not_safe": "It stays on record that they do not know. Tell them when it is."}
        ),
        error_messages={"required": "Select whether they have been told"},
    )


class NamesForm(GovukForm):
    """The step before names are shown."""

    understood = forms.BooleanField(
        label="I print this for the agencies that sit at the meeting, and for nobody else",
        error_messages={"required": "Confirm who the print is for"},
    )


def _key(meeting: Meeting) -> str:
    return f"{meeting.area_code}.{meeting.held_on.isoformat()}"


def _spoken(meeting: Meeting) -> str:
    when: datetime = meeting.held_at
    said = capitalised(day_and_time(when, now=timezone.now()))
    state = "" if meeting.state == "planned" else f" ({meeting.get_state_display().lower()})"
    return f"{AREAS[meeting.area_code].name}: {said}{state}"
