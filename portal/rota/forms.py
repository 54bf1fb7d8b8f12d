"""What is asked to change the rota."""

import re
from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from directory.abilities import ENGLISH, AdviserGender, Language, Specialism
from directory.areas import AREA_CHOICES
from portal.govuk.fields import DayField, MomentField, time_typed
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.rota import wording
from rota.models import DAY, ExceptionDay, LeaveKind, WorkingPattern

TO: Final = re.compile(r"\s*(?:\bto\b|-|–|until)\s*", re.IGNORECASE)
Minutes = tuple[int, int]


class HoursField(forms.CharField):
    """Hours of one day as people write them: `9am to 5pm`, more than one with a comma between.

    They come out in minutes of that day; what ends at or before its beginning ends the next day.
    """

    widget = forms.TextInput(attrs={"class": "govuk-input--width-20"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.error_messages["max_length"] = f"“{self.label}” must be 60 characters or fewer"

    def clean(self, value: Any) -> Any:
        """The spans; none for nothing typed."""
        typed = super().clean(value).strip()
        return [self._span(part) for part in typed.split(",")] if typed else []

    def _span(self, typed: str) -> Minutes:
        ends = TO.split(typed.strip())
        unclear = ValidationError(f"“{self.label}” must be like 9am to 5pm", code="hours")
        if len(ends) != 2:  # noqa: PLR2004 -- from and to
            raise unclear
        try:
            begins, until = (minute_of(time_typed(end)) for end in ends)
        except ValidationError:
            raise unclear from None
        return begins, until if until > begins else until + DAY


def minute_of(at: time) -> int:
    """The minute of the day."""
    return at.hour * 60 + at.minute


class TimeTypedField(forms.CharField):
    """A time of day, as a minute of it; None for nothing typed."""

    widget = forms.TextInput(attrs={"class": "govuk-input--width-10"})

    def clean(self, value: Any) -> Any:
        """The minute."""
        typed = super().clean(value).strip()
        return minute_of(time_typed(typed)) if typed else None


class PatternForm(GovukForm):
    """A week of hours, from a day on."""

    starts_on = DayField(
        label="From which day?",
        subject="The first day",
        initial=timezone.localdate,
        error_messages={"required": "Enter from which day"},
    )
    ends_on = DayField(
        label="Until which day?",
        subject="The last day",
        help_text="Leave empty if it goes on. Afterwards the hours from before count again.",
        required=False,
    )
    full_time_share = forms.IntegerField(
        label="Share of full time, in percent",
        help_text="100 is full time. The recommended caseload is worked out from it.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        initial=100,
        error_messages={
            "required": "Enter the share of full time",
            "invalid": "Share of full time must be a number, like 60",
        },
    )
    needed_sometimes = tuple(f"day_{weekday}" for weekday in range(7))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in zip(self.needed_sometimes, wording.WEEKDAYS, strict=True):
            self.fields[name] = HoursField(label=label, required=False)
        self.order_fields([*self.needed_sometimes])

    @property
    def shifts(self) -> list[Minutes]:
        """Every shift, in minutes of the week."""
        return [
            (weekday * DAY + begins, weekday * DAY + ends)
            for weekday in range(7)
            for begins, ends in self.cleaned_data[f"day_{weekday}"]
        ]


def initial_of(pattern: WorkingPattern | None) -> dict[str, Any]:
    """What the form shows of the pattern in force."""
    if pattern is None:
        return {}
    days = wording.by_weekday(pattern)
    shown = {f"day_{weekday}": wording.hours(spans) for weekday, spans in days.items()}
    return {**shown, "full_time_share": pattern.full_time_share}


class ExceptionForm(GovukForm):
    """One day that differs."""

    on = DayField(
        label="Which day?", subject="The day", error_messages={"required": "Enter which day"}
    )
    kind = forms.ChoiceField(
        label="How does it differ?",
        choices=ExceptionDay.Kind.choices,
        widget=Radios(),
        error_messages={"required": "Select how it differs"},
    )
    minutes = HoursField(
        label="Hours",
        help_text="Like 9am to 5pm. Leave empty for a day off that is no leave.",
        required=False,
    )
    needed_sometimes = ("minutes",)

    def clean_minutes(self) -> Minutes | None:
        """One span, or none."""
        spans = self.cleaned_data["minutes"]
        if len(spans) > 1:
            raise ValidationError("Enter one span of hours, like 9am to 5pm", code="hours")
        return spans[0] if spans else None


class LeaveForm(GovukForm):
    """Time away."""

    kind = forms.ChoiceField(
        label="What kind of leave?",
        help_text="Only you and your managers see the kind.",
        choices=LeaveKind.choices,
        widget=Radios(),
        error_messages={"required": "Select the kind of leave"},
    )
    first_on = DayField(
        label="First day",
        subject="The first day",
        error_messages={"required": "Enter the first day"},
    )
    last_on = DayField(
        label="Last day",
        subject="The last day",
        help_text="Only for sickness can it be left empty: until further notice.",
        required=False,
    )
    starts = TimeTypedField(
        label="From what time on the first day?",
        help_text="Leave empty for the whole day.",
        required=False,
    )
    ends = TimeTypedField(
        label="Until what time on the last day?",
        help_text="Leave empty for the whole day.",
        required=False,
    )
    needed_sometimes = ("last_on",)


class SickForm(GovukForm):
    """Off sick from now on."""

    back_on = DayField(
        label="First day back",
        subject="The first day back",
        help_text="Leave empty if it is not known yet.",
        required=False,
    )
    needed_sometimes = ("back_on",)


class OnCallForm(GovukForm):
    """Time on call."""

    starts_at = MomentField(
        label="From when?",
        subject="The beginning",
        help_text="Time like 5pm or 17:00.",
        initial=timezone.localdate,
        error_messages={"required": "Enter from when"},
    )
    ends_at = MomentField(
        label="Until when?",
        subject="The end",
        help_text="Time like 9am or 09:00.",
        error_messages={"required": "Enter until when"},
    )


class AbilitiesForm(GovukForm):
    """What a colleague brings."""

    areas = forms.MultipleChoiceField(
        label="Which areas do they work in?",
        choices=AREA_CHOICES,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one area"},
    )
    languages = forms.MultipleChoiceField(
        label="Which languages besides English do they work in?",
        choices=[(code, label) for code, label in Language.choices if code != ENGLISH],
        widget=Checkboxes(small=True),
        required=False,
    )
    gender = forms.ChoiceField(
        label="Can be asked for as",
        help_text="People may ask for a woman or a man. Nobody need say.",
        choices=AdviserGender.choices,
        widget=Radios(),
        error_messages={"required": "Select what they can be asked for as"},
    )
    specialisms = forms.MultipleChoiceField(
        label="What do they know well?",
        choices=Specialism.choices,
        widget=Checkboxes(small=True),
        required=False,
    )
    may_visit_alone = forms.BooleanField(
        label="May go on visits alone",
        help_text="Otherwise a second worker always goes along.",
        required=False,
    )
    needed_sometimes = ("languages", "specialisms", "may_visit_alone")
