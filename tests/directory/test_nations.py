"""Bank holidays, faults of the calendar and the clocks: England and Wales, and nothing else."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.working_days import is_working_day, table_ends_on, weekdays_after
from visits.clock import code_due_at, deadlines

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("holiday", "due"),
    [
        ("2026-04-03", "2026-04-09"),  # Good Friday, and Easter Monday: the end of Wednesday
        ("2026-12-26", "2026-12-31"),  # Boxing Day on a Saturday, its substitute on Monday
        ("2027-12-25", "2027-12-31"),  # both days of Christmas in a weekend
        ("2027-12-31", "2028-01-06"),  # New Year's Day's substitute
        ("2026-05-04", "2026-05-07"),  # Early May
        ("2026-08-31", "2026-09-03"),  # Summer
    ],
)
def test_bank_holiday_moves_the_code_clock_and_never_the_visit(holiday, due):
    ended = datetime.fromisoformat(f"{holiday}T10:00").replace(tzinfo=LONDON)

    assert deadlines(ended).due_at - ended == timedelta(hours=24)
    assert deadlines(ended).visit_by_at - ended == timedelta(hours=24)
    assert code_due_at(ended).astimezone(LONDON).isoformat()[:16] == f"{due}T00:00"


@pytest.mark.parametrize(
    "on",
    [
        pytest.param(date(2026, 1, 2), id="2 January, a holiday in Scotland alone"),
        pytest.param(date(2027, 7, 12), id="12 July, a holiday in Northern Ireland alone"),
        pytest.param(date(2026, 11, 30), id="St Andrew's Day"),
        pytest.param(date(2026, 3, 17), id="St Patrick's Day"),
    ],
)
def test_holidays_of_other_nations_are_working_days_here(on):
    assert is_working_day(on)


def test_clock_past_the_end_of_the_table_counts_weekdays_and_crashes_nothing():
    last = datetime.combine(table_ends_on(), datetime.min.time(), tzinfo=LONDON)
    for days in (-2, 0, 1, 40):
        ended = last + timedelta(days=days, hours=15)

        due = code_due_at(ended).astimezone(LONDON)

        assert timedelta(days=2) <= due.date() - ended.date() <= timedelta(days=6)
    assert weekdays_after(date(2029, 1, 5), 2) == date(2029, 1, 9)
