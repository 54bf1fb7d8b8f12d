"""When it is safe to be in touch: weekly windows on the wall clock of her home, as plain data.

A window says "Mondays from 9 until noon" and means what her kitchen clock shows, so the clocks
going forward or back never move it. With no window recorded no time is safe.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models

LONDON: Final = ZoneInfo("Europe/London")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = time(0)

_HORIZON_DAYS: Final = 15
"""A weekly window opens within 8 days, or within 15 when the clocks going forward skip it."""

_CLOCKS_CHANGE_AT: Final = time(1, tzinfo=UTC)
"""London's clocks change only at 01:00 UTC, and a window may come round again at that instant."""


class SafeWindow(NamedTuple):
    """One span of one weekday, from `starts` up to but not including `ends`.

    `weekday` counts from Monday as 0. Midnight as the end is the end of that day; a span past
    midnight is two windows.
    """

    weekday: int
    starts: time
    ends: time

    def holds(self, weekday: int, clock: time) -> bool:
        """Is this moment of the wall clock inside the window?"""
        before_end = self.ends == MIDNIGHT or clock < self.ends
        return weekday == self.weekday and self.starts <= clock and before_end


def safe_window(weekday: int, starts: time, ends: time) -> SafeWindow:
    """A window that makes sense. Raises ValueError, in words fit to show, for one that does not."""
    if weekday not in range(len(DAYS)):
        raise ValueError("Choose a day of the week.")
    if starts.tzinfo or ends.tzinfo:
        raise ValueError("Give safe times as they show on the clock, without a time zone.")
    if ends not in {MIDNIGHT} and ends <= starts:
        raise ValueError("A safe time must end after it starts. Write one past midnight as two.")
    return SafeWindow(weekday, starts, ends)


def is_safe_at(windows: Iterable[SafeWindow], instant: datetime) -> bool:
    """Is it safe to be in touch at that instant?"""
    local = _aware(instant).astimezone(LONDON)
    return any(window.holds(local.weekday(), local.time()) for window in windows)


def is_safe_throughout(windows: Sequence[SafeWindow], starts: datetime, ends: datetime) -> bool:
    """Is every moment from `starts` up to but not including `ends` safe?

    Whether it is can change only where a window opens or closes, or where the clocks change; so
    those moments are asked about, on both sides of the hour that happens twice.
    """
    starts, ends = _aware(starts).astimezone(UTC), _aware(ends).astimezone(UTC)
    day, last = starts.astimezone(LONDON).date(), ends.astimezone(LONDON).date()
    turns = [starts]
    while day <= last:
        turns += _turns(windows, day)
        day += timedelta(days=1)
    return all(is_safe_at(windows, turn) for turn in turns if starts <= turn < ends)


def next_safe_time(windows: Sequence[SafeWindow], after: datetime) -> datetime | None:
    """The first safe instant at or after `after`, in UTC; None when there is none at all."""
    after = _aware(after).astimezone(UTC)
    if is_safe_at(windows, after):
        return after
    first_day = after.astimezone(LONDON).date()
    for offset in range(_HORIZON_DAYS):
        day = first_day + timedelta(days=offset)
        found = [at for at in _openings(windows, day) if at >= after and is_safe_at(windows, at)]
        if found:
            return min(found)
    return None


def _openings(windows: Sequence[SafeWindow], day: date) -> list[datetime]:
    """The instants of that day at which a window can open."""
    starts = [window.starts for window in windows if window.weekday == day.weekday()]
    return _instants(day, starts)


def _turns(windows: Sequence[SafeWindow], day: date) -> list[datetime]:
    """The instants of that day at which a window can open or close; midnight is always one."""
    ours = [window for window in windows if window.weekday == day.weekday()]
    return _instants(day, [MIDNIGHT, *(clock for each in ours for clock in each[1:])])


def _instants(day: date, clocks: Iterable[time]) -> list[datetime]:
    shown = [
        datetime.combine(day, clock, LONDON).replace(fold=fold).astimezone(UTC)
        for clock in clocks
        for fold in (0, 1)
    ]
    return [*shown, datetime.combine(day, _CLOCKS_CHANGE_AT)]


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return instant


def windows_to_json(windows: Iterable[SafeWindow]) -> list[dict[str, str]]:
    """Windows as they are stored: `{"day": "mon", "from": "09:00", "to": "12:00"}`, in order."""
    return [
        {
            "day": DAYS[window.weekday],
            "from": window.starts.isoformat("minutes"),
            "to": window.ends.isoformat("minutes"),
        }
        for window in sorted(set(windows))
    ]


def windows_from_json(stored: object) -> tuple[SafeWindow, ...]:
    """The windows stored. Raises ValueError, in words fit to show, for anything else."""
    if not isinstance(stored, list) or len(stored) > _MOST_WINDOWS:
        raise ValueError(_SHAPE)
    return tuple(sorted({_window_from_json(each) for each in stored}))


_MOST_WINDOWS: Final = 7 * 24
_SHAPE: Final = 'Give safe times as a list like [{"day": "mon", "from": "09:00", "to": "12:00"}].'


def _window_from_json(stored: object) -> SafeWindow:
    if not isinstance(stored, Mapping) or set(stored) != {"day", "from", "to"}:
        raise ValueError(_SHAPE)
    if stored["day"] not in DAYS:
        raise ValueError("Choose a day of the week: mon, tue, wed, thu, fri, sat or sun.")
    starts, ends = _clock(stored["from"]), _clock(stored["to"])
    return safe_window(DAYS.index(stored["day"]), starts, ends)


def _clock(text: object) -> time:
    try:
        return datetime.strptime(str(text), "%H:%M").time()  # noqa: DTZ007 -- a wall clock
    except ValueError:
        raise ValueError("Give times of day like 09:00 or 17:30.") from None


def weekly_hours(text: str) -> tuple[SafeWindow, ...]:
    """The windows of a line like `mon-fri 09:00-17:00` or `sat,sun 10:00-16:00`.

    Raises ValueError, in words fit to show, for anything else.
    """
    days, _, span = text.strip().lower().partition(" ")
    starts, _, ends = span.strip().partition("-")
    begins, closes = _clock(starts), _clock(ends)
    chosen = [day for part in days.split(",") for day in _days(part)]
    return tuple(safe_window(day, begins, closes) for day in sorted(set(chosen)))


def _days(text: str) -> range:
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError("Choose days of the week: mon, tue, wed, thu, fri, sat or sun.")
    days = range(DAYS.index(first), DAYS.index(last or first) + 1)
    if not days:
        raise ValueError("Write a span over the weekend as two, like fri,sat-sun.")
    return days


class SafeTime(models.TextChoices):
    """The choices a form offers, so that nobody has to fill in a week by hand."""

    WEEKDAY_MORNINGS = "weekday_mornings", "Weekday mornings, 9am to noon"
    WEEKDAY_AFTERNOONS = "weekday_afternoons", "Weekday afternoons, noon to 5pm"
    EVENINGS = "evenings", "Evenings, 5pm to 8pm"
    WEEKEND_DAYS = "weekend_days", "Weekends, 9am to 5pm"
    ANY_TIME = "any_time", "Any time"

    @property
    def windows(self) -> tuple[SafeWindow, ...]:
        """The weekly windows the choice stands for."""
        days, starts, ends = _CHOICES[self.value]
        return tuple(SafeWindow(day, starts, ends) for day in days)


_WEEKDAYS: Final = range(5)
_EVERY_DAY: Final = range(7)
_CHOICES: Final[Mapping[str, tuple[range, time, time]]] = {
    "weekday_mornings": (_WEEKDAYS, time(9), time(12)),
    "weekday_afternoons": (_WEEKDAYS, time(12), time(17)),
    "evenings": (_EVERY_DAY, time(17), time(20)),
    "weekend_days": (range(5, 7), time(9), time(17)),
    "any_time": (_EVERY_DAY, MIDNIGHT, MIDNIGHT),
}


def windows_of(choices: Iterable[str]) -> tuple[SafeWindow, ...]:
    """All windows of the choices made, each once, in order of the week."""
    return tuple(sorted({window for choice in choices for window in SafeTime(choice).windows}))


_DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_words(windows: Iterable[SafeWindow]) -> str:
    """The windows as one says them: `Monday to Friday, 9am to noon; Sunday, all day`."""
    days_of: dict[tuple[time, time], list[int]] = {}
    for window in sorted(set(windows)):
        days_of.setdefault((window.starts, window.ends), []).append(window.weekday)
    spans = [f"{_days_in_words(days)}, {_span_in_words(*span)}" for span, days in days_of.items()]
    return "; ".join(spans) or "No safe time recorded"


def _days_in_words(days: Sequence[int]) -> str:
    if list(days) == list(_EVERY_DAY):
        return "Every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run_in_words(run) for run in runs)


def _run_in_words(run: Sequence[int]) -> str:
    first, last = _DAY_NAMES[run[0]], _DAY_NAMES[run[-1]]
    if len(run) == 1:
        return first
    return f"{first} and {last}" if len(run) == 2 else f"{first} to {last}"  # noqa: PLR2004


def _span_in_words(starts: time, ends: time) -> str:
    if (starts, ends) == (MIDNIGHT, MIDNIGHT):
        return "all day"
    return f"{_clock_in_words(starts)} to {_clock_in_words(ends)}"


def _clock_in_words(clock: time) -> str:
    if clock in {MIDNIGHT, time(12)}:
        return "noon" if clock.hour else "midnight"
    minutes = f":{clock:%M}" if clock.minute else ""
    return f"{(clock.hour - 1) % 12 + 1}{minutes}{'am' if clock.hour < 12 else 'pm'}"  # noqa: PLR2004
