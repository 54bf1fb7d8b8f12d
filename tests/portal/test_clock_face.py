"""The clock at its edges: a minute before, at the instant, and after."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.clock_face import Urgency, face, time_left, urgency

DUE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words", "how_urgent"),
    [
        (timedelta(hours=4, seconds=1), "4 h 00 min left", Urgency.IN_TIME),
        (timedelta(hours=4), "4 h 00 min left", Urgency.SOON),
        (timedelta(minutes=9), "9 min left", Urgency.SOON),
        (timedelta(seconds=1), "0 min left", Urgency.SOON),
        (timedelta(0), "0 min late", Urgency.LATE),
        (timedelta(minutes=-95), "1 h 35 min late", Urgency.LATE),
    ],
)
def test_time_left_is_said_in_words_and_urgency(left, words, how_urgent):
    now = DUE - left

    assert time_left(DUE, now=now) == words
    assert urgency(DUE, now=now) == how_urgent


@pytest.mark.parametrize(
    ("left", "percent"),
    [
        (timedelta(hours=24), 2),
        (timedelta(hours=12), 50),
        (timedelta(0), 100),
        (timedelta(hours=-5), 100),
    ],
)
def test_bar_fills_over_a_day_and_never_overflows(left, percent):
    assert face(DUE, now=DUE - left).percent_gone == percent


def test_face_names_the_hour_it_runs_out():
    assert face(DUE, now=DUE).by == "midday, Sat"
