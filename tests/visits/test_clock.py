"""The clock of the follow-up: elapsed hours, whatever the wall clock does."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.safe_times import SafeWindow
from visits.clock import FOLLOW_UP, Window, code_due_at, deadlines, due_at, why_not_a_visit

LONDON = ZoneInfo("Europe/London")


def local(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (local("2026-06-10T14:30"), local("2026-06-11T14:30")),
        (local("2026-10-24T00:30"), local("2026-10-25T00:30")),
        (local("2026-10-24T01:30"), local("2026-10-25T01:30", fold=0)),
        (local("2026-10-24T02:30"), local("2026-10-25T01:30", fold=1)),
        (local("2026-10-24T14:30"), local("2026-10-25T13:30")),
        (local("2026-10-25T01:30", fold=0), local("2026-10-26T00:30")),
        (local("2026-10-25T01:30", fold=1), local("2026-10-26T01:30")),
        (local("2027-03-27T00:30"), local("2027-03-28T00:30")),
        (local("2027-03-27T01:30"), local("2027-03-28T02:30")),
        (local("2027-03-27T14:30"), local("2027-03-28T15:30")),
        (local("2028-02-28T09:00"), local("2028-02-29T09:00")),
        (local("2026-12-31T23:30"), local("2027-01-01T23:30")),
    ],
)
def test_due_at_is_24_elapsed_hours_on_the_nights_the_clocks_change(ended, due):
    assert due_at(ended) == due.astimezone(UTC)
    assert due_at(ended) - ended.astimezone(UTC) == timedelta(seconds=86_400)


def test_due_at_is_86_400_seconds_for_ten_thousand_instants():
    chance = random.Random(20261024)  # noqa: S311 -- repeatable, not secret
    start = datetime(2024, 1, 1, tzinfo=UTC)

    for _ in range(10_000):
        ended = (start + timedelta(seconds=chance.randrange(6 * 365 * 86_400))).astimezone(LONDON)

        assert (due_at(ended) - ended.astimezone(UTC)).total_seconds() == 86_400


WEEKDAYS_TO_5PM = tuple(SafeWindow(day, time(9), time(17)) for day in range(5))
DAILY_TO_8PM = tuple(SafeWindow(day, time(8), time(20)) for day in range(7))
LATER = {"target": timedelta(hours=24), "latest": timedelta(hours=48)}


@pytest.mark.parametrize(
    ("window", "ended", "opens", "closes"),
    [
        (Window(), "2026-11-21T02:00", "2026-11-21T02:00", "2026-11-22T02:00"),
        (Window(visiting=DAILY_TO_8PM), "2026-11-21T02:00", "2026-11-21T08:00", "2026-11-22T02:00"),
        (  # from Saturday noon no weekday comes within a day: the first hour of Monday
            Window(visiting=WEEKDAYS_TO_5PM),
            "2026-11-21T12:00",
            "2026-11-23T09:00",
            "2026-11-23T10:00",
        ),
        (  # the window ends as visiting begins
            Window(visiting=WEEKDAYS_TO_5PM),
            "2026-11-22T09:00",
            "2026-11-23T09:00",
            "2026-11-23T10:00",
        ),
        (
            Window(visiting=WEEKDAYS_TO_5PM),
            "2026-11-22T09:01",
            "2026-11-23T09:00",
            "2026-11-23T09:01",
        ),
        (
            Window(earliest=timedelta(hours=4), visiting=WEEKDAYS_TO_5PM, **LATER),
            "2026-11-19T11:00",
            "2026-11-19T15:00",
            "2026-11-21T11:00",
        ),
        (  # through the night on which the clocks go back, in elapsed hours
            Window(visiting=WEEKDAYS_TO_5PM),
            "2026-10-24T14:30",
            "2026-10-26T09:00",
            "2026-10-26T10:00",
        ),
        (  # and that on which they go forward
            Window(visiting=DAILY_TO_8PM),
            "2027-03-27T21:00",
            "2027-03-28T08:00",
            "2027-03-28T22:00",
        ),
    ],
)
def test_deadlines_leave_the_visit_to_the_next_visiting_hour_but_never_contact(
    window, ended, opens, closes
):
    clocks = deadlines(local(ended), window)

    assert clocks.due_at == local(ended).astimezone(UTC) + timedelta(hours=24)
    assert clocks.visit_from_at == local(opens)
    assert clocks.visit_by_at == local(closes)


def test_due_at_of_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due_at(datetime(2026, 6, 10, 14, 30))  # noqa: DTZ001 -- what is refused


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-11-16T10:00", "2026-11-19T00:00"),  # Monday: the end of Wednesday
        ("2026-11-20T23:50", "2026-11-25T00:00"),  # Friday night: the end of Tuesday
        ("2026-12-24T10:00", "2026-12-31T00:00"),  # over Christmas and its substitute day
    ],
)
def test_code_due_at_is_the_end_of_the_second_working_day(ended, due):
    assert code_due_at(local(ended)) == local(due).astimezone(UTC)


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (timedelta(hours=-1), "future"),
        (timedelta(days=15), "14 days"),
        (timedelta(minutes=-4), ""),
        (timedelta(days=13, hours=23), ""),
    ],
)
def test_why_not_a_visit_says_what_cannot_be(ago, sentence):
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    refusal = why_not_a_visit(now - ago, now)

    assert sentence in refusal
    assert bool(refusal) == bool(sentence)


def test_follow_up_window_is_a_day():
    assert timedelta(days=1) == FOLLOW_UP
