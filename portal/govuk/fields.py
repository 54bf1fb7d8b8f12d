"""Dates and times typed as people write them, refused in sentences that say what to do."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.govuk.widgets import DateBoxes, MomentBoxes
from portal.spoken_time import day

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED_TIMES: Final = {"midday": time(12), "noon": time(12), "midnight": time(0)}
DAY: Final = "27 3 2026"
UNCLEAR_TIME: Final = "Time must be like 2:30pm or 14:30"
PHONE: Final = re.compile(r"[0-9 +()-]+")
FEWEST_DIGITS: Final = 7
MOST_DIGITS: Final = 15
"""Of a number with its country's code (E.164)."""
TIME_OF_DAY: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?(?(half)m?\.?)",
    re.IGNORECASE,
)


class PhoneField(forms.CharField):
    """A number to ring, as it was typed. A wrong one can hurt, so what is none is refused."""

    widget = forms.TextInput(attrs={"type": "tel", "class": "govuk-input--width-20"})

    def validate(self, value: str) -> None:
        """Look at the signs, and count the digits."""
        super().validate(value)
        if not value:
            return
        digits = sum(sign.isdigit() for sign in value)
        if not PHONE.fullmatch(value) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
            raise ValidationError(
                f"Phone number must have {FEWEST_DIGITS} to {MOST_DIGITS} digits, and nothing else"
                " but spaces, + ( ) and -",
                code="phone",
            )


def _box(sentence: str) -> forms.CharField:
    said = dict.fromkeys(("max_length", "null_characters_not_allowed"), sentence)
    return forms.CharField(required=False, max_length=20, error_messages=said)


class DayField(forms.MultiValueField):
    """A day. `subject` begins its sentences, `past_only` refuses a day still to come."""

    widget = DateBoxes
    parts: tuple[str, ...] = DateBoxes.parts

    def __init__(self, *, subject: str, past_only: bool = False, **kwargs: Any) -> None:
        self.subject = subject
        self.past_only = past_only
        boxes = [_box(self.not_understood(part)) for part in self.parts]
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def not_understood(self, part: str) -> str:
        """What to say of a box that makes no sense."""
        return UNCLEAR_TIME if part == "time" else f"{self.subject} must be a real date, like {DAY}"

    def compress(self, data_list: list[str]) -> Any:
        """The day in the boxes; nothing when all of them are empty."""
        if not any(data_list):
            return None
        return self.refuse_future_day(self.day_in(data_list))

    def day_in(self, boxes: list[str]) -> date:
        """The real day that day, month and year name."""
        self.refuse_gaps(boxes)
        typed_day, typed_month, typed_year = boxes[:3]
        if not re.fullmatch(r"\d{4}", typed_year):
            raise ValidationError("Year must include 4 numbers", code="year")
        try:
            return date(int(typed_year), month_number(typed_month), int(typed_day))
        except (ValueError, OverflowError):
            raise ValidationError(self.not_understood("day"), code="day") from None

    def refuse_gaps(self, boxes: list[str]) -> None:
        """Name the first box left empty."""
        for part, typed in zip(self.parts, boxes, strict=True):
            if not typed:
                raise ValidationError(f"{self.subject} must include a {part}", code=part)

    def refuse_future_day(self, on: date) -> date:
        if self.past_only and on > timezone.localdate():
            raise ValidationError(f"{self.subject} must be in the past", code="day")
        return on


class MomentField(DayField):
    """A day and a time of day, as an instant. `within_days` refuses one longer ago than that."""

    widget = MomentBoxes
    parts = MomentBoxes.parts

    def __init__(self, *, within_days: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.within = None if within_days is None else timedelta(days=within_days)

    def compress(self, data_list: list[str]) -> Any:
        """The instant in the boxes, in UTC; nothing when all of them are empty."""
        if not any(data_list):
            return None
        at = instant(self.day_in(data_list), time_typed(data_list[3]))
        now = timezone.now()
        if self.past_only and at > now:
            raise ValidationError(
                f"{self.subject} must be in the past", code=self.later_part(at, now)
            )
        if self.within is not None and now - at > self.within:
            earliest = day(now - self.within)
            raise ValidationError(f"{self.subject} must be {earliest} or later", code="day")
        return at

    @staticmethod
    def later_part(at: datetime, now: datetime) -> str:
        """Which box to correct: the time when the day is right."""
        same_day = timezone.localdate(at) == timezone.localdate(now)
        return "time" if same_day else "day"


def month_number(typed: str) -> int:
    """`11`, `nov` and `November` alike."""
    name = typed[:3].lower()
    return MONTHS.index(name) + 1 if name in MONTHS else int(typed)


def time_typed(typed: str) -> time:
    """`2:30pm`, `14:30`, `1430`, `2pm`, `midday`."""
    if typed.lower() in NAMED_TIMES:
        return NAMED_TIMES[typed.lower()]
    found = TIME_OF_DAY.fullmatch(typed)
    unclear = ValidationError(UNCLEAR_TIME, code="time")
    if not found or not (found["minute"] or found["half"]):
        raise unclear
    try:
        return on_24_hour_clock(int(found["hour"]), int(found["minute"] or 0), found["half"])
    except ValueError:
        raise unclear from None


def on_24_hour_clock(hour: int, minute: int, half: str | None) -> time:
    """The time of day; with am or pm the hours run from 1 to 12."""
    if half is None:
        return time(hour, minute)
    if not 1 <= hour <= 12:  # noqa: PLR2004 -- the hours on a clock's face
        raise ValueError(hour)
    return time(hour % 12 + (12 if half.lower() == "p" else 0), minute)


def instant(on: date, at: time) -> datetime:
    """The moment in UTC when clocks in Liverpool show this day and time.

    In the hour that happens twice in October the first is meant, so that no deadline counted from
    it falls later than it should; the hour left out in March is refused.
    """
    local = datetime.combine(on, at, tzinfo=timezone.get_current_timezone())
    moment = local.astimezone(UTC)
    if timezone.localtime(moment).time() != at:
        raise ValidationError("That time did not happen: the clocks went forward", code="time")
    return moment
