"""How a clock stands, from its instants alone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from directory.safe_times import SafeWindow
from visits.standing import Instants, Standing, safe_time_is_too_late, standing

DUE = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("clock", "now", "stands"),
    [
        (Instants(DUE), DUE - SECOND, Standing.RUNNING),
        (Instants(DUE), DUE, Standing.MISSED),
        (Instants(DUE, done_at=DUE), DUE + HOUR, Standing.MET),
        (Instants(DUE, done_at=DUE + SECOND), DUE + HOUR, Standing.MISSED),
        (Instants(DUE, ended_at=DUE - HOUR), DUE + HOUR, Standing.ENDED),
        (Instants(DUE, ended_at=DUE + HOUR), DUE + HOUR, Standing.MISSED),
        (Instants(DUE, done_at=DUE - HOUR, ended_at=DUE + HOUR), DUE + HOUR, Standing.MET),
        (Instants(DUE, paused_at=DUE - HOUR), DUE + 9 * HOUR, Standing.PAUSED),
        (Instants(DUE, paused_at=DUE + HOUR), DUE + 9 * HOUR, Standing.MISSED),
        (Instants(DUE, done_at=DUE + HOUR, paused_at=DUE - HOUR), DUE + 9 * HOUR, Standing.MET),
        (Instants(DUE, done_at=DUE + 2 * HOUR, paused_at=DUE + HOUR), DUE, Standing.MISSED),
    ],
)
def test_standing_of_a_clock(clock, now, stands):
    assert standing(clock, now) is stands


SUNDAY_EVENING = [SafeWindow(6, time(18), time(20))]


@pytest.mark.parametrize(
    ("windows", "now", "too_late"),
    [
        (SUNDAY_EVENING, DUE - 20 * HOUR, datetime(2026, 11, 22, 18, tzinfo=UTC)),
        (SUNDAY_EVENING, DUE - 170 * HOUR, None),
        ([SafeWindow(6, time(11), time(12))], DUE - 20 * HOUR, None),
        ([SafeWindow(6, time(12), time(13))], DUE - 20 * HOUR, None),  # safe as it is due
        ([], DUE - HOUR, None),
    ],
)
def test_safe_time_after_the_deadline_is_named(windows, now, too_late):
    assert safe_time_is_too_late(windows, now, DUE) == too_late
