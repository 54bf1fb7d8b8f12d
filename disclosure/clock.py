"""Until when a request is answered."""

from datetime import date, timedelta
from typing import Final

from directory.disclosure import RequestKind
from directory.working_days import TableEnded, is_working_day, working_days_after

WORKING_DAYS: Final = 20
"""For others than the person, unless they name a day: as long as the law gives public bodies."""


def due_on(kind: str, received_on: date) -> date:
    """One calendar month for the person (UK GDPR, article 12(3)): the same day of the next month or
    its last, and where that is no working day the next one; twenty working days for others."""
    if kind != RequestKind.SUBJECT_ACCESS:
        return _after(received_on, WORKING_DAYS)
    day = _a_month_after(received_on)
    while not _works(day):
        day += timedelta(days=1)
    return day


def _a_month_after(day: date) -> date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)  # noqa: PLR2004 -- December
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("Every month has 28 days.")


def _works(day: date) -> bool:
    try:
        return is_working_day(day)
    except TableEnded:
        return day.weekday() < 5  # noqa: PLR2004 -- Saturday


def _after(day: date, number: int) -> date:
    try:
        return working_days_after(day, number)
    except TableEnded:
        return day + timedelta(days=number)
