"""Twelve months and two working days: the MARAC's two spans of time. Pure."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from directory.safe_times import LONDON
from directory.working_days import TableEnded, is_working_day, working_days_after

TELL_WITHIN: Final = 2
"""Working days after the meeting.

(http://wakefieldchildcare.proceduresonline.com/chapters/pr_idva.html)
"""
END_OF_WORK: Final = time(17)
START_OF_WORK: Final = time(9)
_SATURDAY: Final = 5


def is_repeat(last_at: datetime, at: datetime) -> bool:
    """Whether an instant lies within twelve months of the last referral, by days in London.

    The twelve months end with the day of the same date a year later; a 29 February ends with
    28 February. (https://safelives.org.uk/definition-repeat-marac)
    """
    return last_at <= at and _day(at) <= year_after(_day(last_at))


def year_after(on: date) -> date:
    """The day of the same date a year later, or the last of its month where there is none."""
    last = calendar.monthrange(on.year + 1, on.month)[1]
    return on.replace(year=on.year + 1, day=min(on.day, last))


def tell_due_at(held_at: datetime) -> datetime:
    """When she is to have been told: the end of work on the second working day after."""
    return _on(_working_day_after(_day(held_at), TELL_WITHIN), END_OF_WORK)


def remind_at(held_at: datetime) -> datetime:
    """The morning of the working day before that."""
    return _on(_working_day_after(_day(held_at), TELL_WITHIN - 1), START_OF_WORK)


def due_soon_at(due_on: date) -> datetime:
    """The morning of the working day before something agreed is due: time is left to do it."""
    day = due_on - timedelta(days=1)
    while not _is_working_day(day):
        day -= timedelta(days=1)
    return _on(day, START_OF_WORK)


def overdue_at(due_on: date) -> datetime:
    """The morning of the working day after it was due."""
    return _on(_working_day_after(due_on, 1), START_OF_WORK)


def next_morning(at: datetime) -> datetime:
    """The beginning of work on the next working day."""
    return _on(_working_day_after(_day(at), 1), START_OF_WORK)


def _working_day_after(on: date, n: int) -> date:
    """Where the table of holidays has ended, weekdays count: a day early, never lost."""
    try:
        return working_days_after(on, n)
    except TableEnded:
        day = on
        while n:
            day += timedelta(days=1)
            n -= day.weekday() < _SATURDAY
        return day


def _is_working_day(on: date) -> bool:
    """Likewise, where the table has ended."""
    try:
        return is_working_day(on)
    except TableEnded:
        return on.weekday() < _SATURDAY


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _on(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)
