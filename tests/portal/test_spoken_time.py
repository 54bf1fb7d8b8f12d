"""Times as people in the UK write them, on the clock in Liverpool."""

from datetime import UTC, date, datetime

import pytest

from portal import spoken_time


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        (datetime(2026, 11, 21, 7, 42, tzinfo=UTC), "7:42am"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "5pm"),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 11, 21, 0, 5, tzinfo=UTC), "12:05am"),
        (datetime(2026, 11, 21, 12, 30, tzinfo=UTC), "12:30pm"),
        (datetime(2026, 7, 1, 7, 42, tzinfo=UTC), "8:42am"),
    ],
)
def test_time_of_day_is_written_as_govuk_writes_it(at, spoken):
    assert spoken_time.time_of_day(at) == spoken


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        (datetime(2026, 11, 21, 9, 5, tzinfo=UTC), "today at 9:05am"),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "yesterday at midday"),
        (datetime(2026, 11, 22, 14, 20, tzinfo=UTC), "tomorrow at 2:20pm"),
        (datetime(2026, 11, 2, 9, 0, tzinfo=UTC), "2 November at 9am"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "31 December 2025 at 9am"),
    ],
)
def test_day_and_time_is_said_from_now(at, spoken):
    now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)

    assert spoken_time.day_and_time(at, now=now) == spoken


def test_day_of_an_instant_is_its_day_in_liverpool():
    late_on_tuesday_in_utc = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert spoken_time.day(late_on_tuesday_in_utc) == "1 July 2026"
    assert spoken_time.day(date(2026, 7, 1)) == "1 July 2026"
