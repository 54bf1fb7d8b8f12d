"""Weekly times of the wall clock as the instants of some days."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from directory.safe_times import LONDON, MIDNIGHT, SafeWindow
from planning.problem import Span

_ONE_DAY: Final = timedelta(days=1)
OFFICE_HOURS: Final = tuple(SafeWindow(day, time(9), time(17)) for day in range(7))


def spans_of(windows: Iterable[SafeWindow], begins: datetime, ends: datetime) -> list[Span]:
    """Each opening of the windows between two instants, in order, cut off at both."""
    windows = list(windows)
    first, last = begins.astimezone(LONDON).date(), ends.astimezone(LONDON).date()
    days = [first + _ONE_DAY * number for number in range((last - first).days + 1)]
    spans = [
        Span(max(_at(day, window.starts), begins), min(_end(day, window.ends), ends))
        for day in days
        for window in windows
        if window.weekday == day.weekday()
    ]
    return sorted(span for span in spans if span.begins < span.ends)


def office_hours(begins: datetime, ends: datetime) -> list[Span]:
    """Nine to five on every day: what is planned with where nobody keeps a rota."""
    return spans_of(OFFICE_HOURS, begins, ends)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def _end(day: date, clock: time) -> datetime:
    return _at(day + _ONE_DAY, MIDNIGHT) if clock == MIDNIGHT else _at(day, clock)
