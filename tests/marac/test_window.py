"""Twelve months by the calendar, and two working days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from directory.safe_times import LONDON
from marac.window import is_repeat, next_morning, remind_at, tell_due_at, year_after


def london(year, month, day, hour=12, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("last", "at", "repeats"),
    [
        (london(2025, 11, 25), london(2025, 11, 25), True),
        (london(2025, 11, 25), london(2025, 11, 24), False),
        (london(2025, 11, 25, 0, 1), london(2026, 11, 25, 23, 59), True),
        (london(2025, 11, 25, 23, 59), london(2026, 11, 26, 0, 0), False),
        (london(2028, 2, 29), london(2029, 2, 28, 23, 59), True),
        (london(2028, 2, 29), london(2029, 3, 1, 0, 0), False),
        (london(2027, 2, 28), london(2028, 2, 28, 23, 59), True),
        (london(2027, 2, 28), london(2028, 2, 29, 0, 0), False),
        # 00:30 in a London summer is still the day before in UTC.
        (london(2025, 6, 10, 0, 30), datetime(2026, 6, 10, 22, 59, tzinfo=UTC), True),
        (london(2025, 6, 10, 0, 30), datetime(2026, 6, 10, 23, 0, tzinfo=UTC), False),
    ],
)
def test_is_repeat_counts_twelve_months_by_days_in_london(last, at, repeats):
    assert is_repeat(last, at) is repeats


def test_year_after_is_the_same_date_or_the_last_of_its_month():
    for days in range(1500):
        on = date(2027, 1, 1) + timedelta(days=days)
        later = year_after(on)
        assert later.month == on.month
        assert later.day == on.day or (on.day, later.day) == (29, 28)


@pytest.mark.parametrize(
    ("held", "reminds", "due"),
    [
        (london(2026, 12, 2, 10), london(2026, 12, 3, 9), london(2026, 12, 4, 17)),
        (london(2026, 12, 4, 10), london(2026, 12, 7, 9), london(2026, 12, 8, 17)),
        (london(2026, 12, 23, 10), london(2026, 12, 24, 9), london(2026, 12, 29, 17)),
        # A Thursday in summer: 17:00 in London is 16:00 UTC.
        (london(2026, 7, 2, 10), london(2026, 7, 3, 9), london(2026, 7, 6, 17)),
        # The shipped holidays end with 2028: then weekdays count, and nothing is lost.
        (london(2029, 1, 5, 10), london(2029, 1, 8, 9), london(2029, 1, 9, 17)),
    ],
)
def test_she_is_told_by_the_second_working_day_after(held, reminds, due):
    assert (remind_at(held), tell_due_at(held)) == (reminds, due)


def test_next_morning_is_a_working_days():
    assert next_morning(london(2026, 11, 27, 16)) == london(2026, 11, 30, 9)
