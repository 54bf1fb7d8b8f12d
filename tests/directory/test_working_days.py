from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import (
    BANK_HOLIDAYS,
    TableEnded,
    days_left,
    is_bank_holiday,
    is_working_day,
    table_ends_on,
    working_days_after,
)


@pytest.mark.parametrize(
    ("start", "due", "because"),
    [
        (date(2026, 11, 16), date(2026, 11, 18), "a Monday is followed by two plain days"),
        (date(2026, 11, 19), date(2026, 11, 23), "Thursday: Friday, then Monday"),
        (date(2026, 11, 20), date(2026, 11, 24), "Friday: the weekend does not count"),
        (date(2026, 11, 21), date(2026, 11, 24), "Saturday counts from Monday"),
        (date(2026, 11, 22), date(2026, 11, 24), "Sunday likewise"),
        (date(2026, 4, 2), date(2026, 4, 8), "the Thursday before Easter"),
        (date(2026, 12, 24), date(2026, 12, 30), "Christmas, weekend, Boxing Day's substitute"),
        (date(2027, 12, 24), date(2027, 12, 30), "both days of Christmas in a weekend"),
        (date(2027, 12, 31), date(2028, 1, 5), "New Year's Day on a Saturday"),
    ],
)
def test_two_working_days_skip_weekends_and_bank_holidays(start, due, because):
    assert working_days_after(start, 2) == due, because


def test_the_victims_code_clock_counts_the_day_after_first():
    assert working_days_after(date(2026, 11, 16), 1) == date(2026, 11, 17)


def monday_from(day):
    """The first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def stood_in_for(day, taken):
    """The day itself, or the next weekday that is not taken when it falls on a weekend."""
    while day.weekday() > 4 or day in taken:
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(
    "easter", [date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16)]
)
def test_the_shipped_days_are_those_that_custom_and_statute_give(easter):
    year = easter.year
    christmas = stood_in_for(date(year, 12, 25), set())
    expected = {
        stood_in_for(date(year, 1, 1), set()),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        monday_from(date(year, 5, 1)),
        monday_from(date(year, 5, 25)),
        monday_from(date(year, 8, 25)),
        christmas,
        stood_in_for(date(year, 12, 26), {christmas}),
    }

    assert {day for day in BANK_HOLIDAYS if day.year == year} == expected
    assert all(is_bank_holiday(day) for day in expected)


def test_a_day_beyond_the_table_is_refused_rather_than_called_a_working_day():
    with pytest.raises(TableEnded, match="2025 to 2028, not 2029"):
        is_working_day(date(2029, 1, 1))
    with pytest.raises(TableEnded, match="not 2024"):
        is_bank_holiday(date(2024, 12, 25))


def test_a_deadline_that_runs_past_the_table_is_refused():
    with pytest.raises(TableEnded):
        working_days_after(date(2028, 12, 29), 1)


@pytest.mark.parametrize("n", [0, -1])
def test_counting_no_days_is_refused(n):
    with pytest.raises(ValueError, match="at least one"):
        working_days_after(date(2026, 11, 16), n)


def test_days_left_reach_nought_on_the_last_day_of_the_table():
    assert days_left(table_ends_on()) == 0
    assert days_left(date(2028, 12, 1)) == 30
    assert days_left(date(2029, 1, 1)) == -1


@given(st.dates(date(2025, 1, 1), date(2028, 11, 1)), st.integers(1, 10))
def test_exactly_n_working_days_lie_after_the_start_up_to_the_deadline(start, n):
    due = working_days_after(start, n)

    between = [start + timedelta(days=i) for i in range(1, (due - start).days + 1)]
    assert sum(is_working_day(day) for day in between) == n
    assert is_working_day(due)
