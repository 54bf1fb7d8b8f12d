"""How hours, leave and caseload are said."""

from collections.abc import Iterable
from typing import Final

from portal.spoken_time import time_of_day
from portal.words import counted
from rota.caseload import FEWEST, MOST, Caseload
from rota.models import DAY, WorkingPattern
from rota.wall_clock import Span

WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_NOON: Final = 12
_A_RUN: Final = 3
Minutes = tuple[int, int]


def clock(minute: int) -> str:
    """`9am`, `5:30pm`, `midday`: a minute of a day as one says it, and as forms take it."""
    hour, past = divmod(minute % DAY, 60)
    if not past and hour in {0, _NOON}:
        return "midday" if hour else "midnight"
    return f"{hour % _NOON or _NOON}{f':{past:02}' if past else ''}{'am' if hour < _NOON else 'pm'}"


def hours(spans: Iterable[Minutes]) -> str:
    """`9am to midday, 1pm to 5pm`."""
    return ", ".join(f"{clock(begins)} to {clock(ends)}" for begins, ends in sorted(spans))


def by_weekday(pattern: WorkingPattern) -> dict[int, list[Minutes]]:
    """The hours of each weekday, in minutes of that day."""
    found: dict[int, list[Minutes]] = {}
    for row in sorted(pattern.shifts.all(), key=lambda shift: shift.minutes.lower):
        weekday = row.minutes.lower // DAY
        first = weekday * DAY
        found.setdefault(weekday, []).append((row.minutes.lower - first, row.minutes.upper - first))
    return found


def week(pattern: WorkingPattern) -> list[str]:
    """The week, a line for each way a day is worked: `Monday, Tuesday and Friday: 9am to 5pm`."""
    days: dict[str, list[str]] = {}
    for weekday, spans in by_weekday(pattern).items():
        days.setdefault(hours(spans), []).append(WEEKDAYS[weekday])
    return [f"{_listed(names)}: {said}" for said, names in days.items()]


def _listed(names: list[str]) -> str:
    first = WEEKDAYS.index(names[0])
    run = list(WEEKDAYS[first : first + len(names)])
    if names == run and len(names) >= _A_RUN:
        return f"{names[0]} to {names[-1]}"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def part_of_day(what: str, span: Span, day: Span) -> str:
    """`Training`, `Training from 1pm`, `On call until 9am`: what takes some of a day, or all."""
    begins, ends = span.starts > day.starts, span.ends < day.ends
    if begins and ends:
        return f"{what} {time_of_day(span.starts)} to {time_of_day(span.ends)}"
    if begins:
        return f"{what} from {time_of_day(span.starts)}"
    return f"{what} until {time_of_day(span.ends)}" if ends else what


def caseload(load: Caseload) -> str:
    """`52 in the last 12 months; 60 to 80 a year is recommended`."""
    if not load.is_judged:
        return f"{load.taken} since joining, less than four weeks ago"
    whole = (load.fewest, load.most) == (FEWEST, MOST)
    time = "a year is" if whole else "is"
    reason = "" if whole else " for their hours and time here"
    advice = f"{load.fewest} to {load.most} {time} recommended{reason}"
    more = ": more than recommended" if load.is_more_than_recommended else ""
    return f"{load.taken} in the last 12 months; {advice}{more}"


def needing(visits: int, follow_ups: int) -> str:
    """`3 booked visits and 5 follow-ups need somebody else`; empty for none."""
    verb = "needs" if visits + follow_ups == 1 else "need"
    said = in_hand(visits, follow_ups)
    return f"{said} {verb} somebody else" if said else ""


def in_hand(visits: int, follow_ups: int) -> str:
    """`3 booked visits and 5 follow-ups`; empty for none."""
    numbers = (
        (visits, "booked visit", "booked visits"),
        (follow_ups, "follow-up", "follow-ups"),
    )
    return " and ".join(counted(*each) for each in numbers if each[0])
