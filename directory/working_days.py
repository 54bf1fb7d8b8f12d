"""Working days in England and Wales: the Victims' Code's clock of two working days.

England and Wales alone: the Code holds there and nowhere else, so that 2 January and 12 July,
holidays in Scotland and in Northern Ireland, are working days here.

The bank holidays are shipped, because the published calendar drops old years and a deadline must
not depend on fetching anything. The table ends; whatever needs a day beyond it is told so, and
`days_left` lets a sweep warn long before. A visit's 24 hours never use this: they run through
nights, weekends and holidays.

Source: https://www.gov.uk/bank-holidays.json, division england-and-wales, with substitute days.
"""

from datetime import date, timedelta
from typing import Final

FIRST_YEAR: Final = 2025
LAST_YEAR: Final = 2028

BANK_HOLIDAYS: Final = frozenset(
    {
        date(2025, 1, 1),  # New Year's Day
        date(2025, 4, 18),  # Good Friday
        date(2025, 4, 21),  # Easter Monday
        date(2025, 5, 5),  # Early May
        date(2025, 5, 26),  # Spring
        date(2025, 8, 25),  # Summer
        date(2025, 12, 25),  # Christmas Day
        date(2025, 12, 26),  # Boxing Day
        date(2026, 1, 1),  # New Year's Day
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 4),  # Early May
        date(2026, 5, 25),  # Spring
        date(2026, 8, 31),  # Summer
        date(2026, 12, 25),  # Christmas Day
        date(2026, 12, 28),  # Boxing Day (substitute)
        date(2027, 1, 1),  # New Year's Day
        date(2027, 3, 26),  # Good Friday
        date(2027, 3, 29),  # Easter Monday
        date(2027, 5, 3),  # Early May
        date(2027, 5, 31),  # Spring
        date(2027, 8, 30),  # Summer
        date(2027, 12, 27),  # Christmas Day (substitute)
        date(2027, 12, 28),  # Boxing Day (substitute)
        date(2028, 1, 3),  # New Year's Day (substitute)
        date(2028, 4, 14),  # Good Friday
        date(2028, 4, 17),  # Easter Monday
        date(2028, 5, 1),  # Early May
        date(2028, 5, 29),  # Spring
        date(2028, 8, 28),  # Summer
        date(2028, 12, 25),  # Christmas Day
        date(2028, 12, 26),  # Boxing Day
    }
)
"""The days on which working life stops; one that falls on a weekend stands as its substitute."""

_SATURDAY: Final = 5


class TableEnded(ValueError):
    """The day asked for lies outside the years whose bank holidays are shipped."""


def is_bank_holiday(on: date) -> bool:
    """Is that day a bank holiday, or the substitute for one? Raises TableEnded."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise TableEnded(
            f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not {on.year}."
        )
    return on in BANK_HOLIDAYS


def is_working_day(on: date) -> bool:
    """Is that day neither in a weekend nor a bank holiday? Raises TableEnded."""
    return not is_bank_holiday(on) and on.weekday() < _SATURDAY


def working_days_after(start: date, n: int) -> date:
    """The n-th working day after `start`, which itself never counts. Raises TableEnded."""
    if n < 1:
        raise ValueError("Count at least one working day.")
    day = start
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def weekdays_after(start: date, n: int) -> date:
    """The n-th weekday after `start`, bank holidays or not: for years nothing is known of yet."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < _SATURDAY
    return day


def table_ends_on() -> date:
    """The last day whose bank holidays are known."""
    return date(LAST_YEAR, 12, 31)


def days_left(on: date) -> int:
    """How many days the table still reaches; a release with new years is due well before 0."""
    return (table_ends_on() - on).days
