from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.safe_times import (
    LONDON,
    SafeTime,
    SafeWindow,
    in_words,
    is_safe_at,
    is_safe_throughout,
    next_safe_time,
    safe_window,
    windows_from_json,
    windows_of,
    windows_to_json,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
SUNDAY_SMALL_HOURS = SafeWindow(SUN, time(1, 30), time(3, 0))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "safe"),
    [
        ("2026-11-16 08:59:59", False),  # a Monday in winter: London is on UTC
        ("2026-11-16 09:00", True),
        ("2026-11-16 11:59:59", True),
        ("2026-11-16 12:00", False),
        ("2026-11-17 09:30", False),
        ("2026-07-13 07:59", False),  # a Monday in summer: one hour ahead
        ("2026-07-13 08:00", True),
        ("2026-07-13 11:00", False),
    ],
)
def test_a_window_means_what_the_clock_on_the_wall_shows(instant, safe):
    assert is_safe_at([SafeWindow(MON, time(9), time(12))], utc(instant)) is safe


@pytest.mark.parametrize(
    ("windows", "starts", "ends", "safe"),
    [
        ([SafeWindow(MON, time(9), time(12))], "2026-11-16 09:00", "2026-11-16 12:00", True),
        ([SafeWindow(MON, time(9), time(12))], "2026-11-16 09:00", "2026-11-16 12:01", False),
        ([SafeWindow(MON, time(9), time(12))], "2026-11-16 08:59", "2026-11-16 10:00", False),
        (
            [SafeWindow(MON, time(9), time(12)), SafeWindow(MON, time(12), time(17))],
            "2026-11-16 11:30",
            "2026-11-16 12:30",
            True,
        ),
        (
            [SafeWindow(MON, time(9), time(11)), SafeWindow(MON, time(11, 30), time(17))],
            "2026-11-16 10:30",
            "2026-11-16 12:00",
            False,
        ),
        (
            [SafeWindow(SAT, time(22), time(0)), SafeWindow(SUN, time(0), time(2))],
            "2026-11-21 23:30",
            "2026-11-22 00:30",
            True,
        ),
        ([SafeWindow(SAT, time(22), time(0))], "2026-11-21 23:30", "2026-11-22 00:30", False),
        # The hour from 1 to 2 comes twice: safe until half past one is not safe again until two.
        ([SafeWindow(SUN, time(0), time(1, 30))], "2026-10-25 00:00", "2026-10-25 00:30", True),
        ([SafeWindow(SUN, time(0), time(1, 30))], "2026-10-25 00:00", "2026-10-25 00:45", False),
        ([SafeWindow(SUN, time(0), time(1, 30))], "2026-10-25 01:00", "2026-10-25 01:30", True),
        # It does not come at all in March: from one the clocks go to two.
        ([SafeWindow(SUN, time(0), time(1))], "2026-03-29 00:30", "2026-03-29 01:15", False),
        ([SafeWindow(SUN, time(0), time(3))], "2026-03-29 00:30", "2026-03-29 01:45", True),
    ],
)
def test_a_visit_is_safe_only_if_all_of_it_is(windows, starts, ends, safe):
    assert is_safe_throughout(windows, utc(starts), utc(ends)) is safe


@given(
    st.lists(
        st.builds(SafeWindow, st.integers(0, 6), st.times(time(0), time(11)), st.just(time(12)))
        | st.builds(SafeWindow, st.integers(5, 6), st.just(time(0)), st.times(time(0, 1))),
        max_size=4,
    ),
    st.integers(0, 8 * 60),
    st.integers(5, 240),
)
@settings(max_examples=50, deadline=None)
def test_all_of_a_visit_is_safe_if_no_minute_of_it_is_not(windows, later, minutes):
    windows = [
        each._replace(
            starts=each.starts.replace(second=0, microsecond=0),
            ends=each.ends.replace(second=0, microsecond=0),
        )
        for each in windows
    ]
    starts = utc("2026-10-24 20:00") + timedelta(minutes=later)
    every = [starts + timedelta(minutes=minute) for minute in range(minutes)]

    safe = is_safe_throughout(windows, starts, starts + timedelta(minutes=minutes))

    assert safe is all(is_safe_at(windows, minute) for minute in every)


@pytest.mark.parametrize(
    ("window", "after", "expected", "because"),
    [
        (SafeWindow(MON, time(9), time(12)), "2026-11-16 10:00", "2026-11-16 10:00", "it is safe"),
        (SafeWindow(MON, time(9), time(12)), "2026-11-16 12:00", "2026-11-23 09:00", "a week on"),
        (SafeWindow(MON, time(9), time(12)), "2026-10-24 12:00", "2026-10-26 09:00", "clocks back"),
        (SafeWindow(MON, time(9), time(12)), "2026-03-28 12:00", "2026-03-30 08:00", "and forward"),
        (SUNDAY_SMALL_HOURS, "2026-03-29 00:00", "2026-03-29 01:00", "1.30 does not exist, 2 does"),
        (
            SafeWindow(SUN, time(1, 15), time(1, 45)),
            "2026-03-28 12:00",
            "2026-04-05 00:15",
            "the whole window falls into the missing hour",
        ),
        (
            SafeWindow(SUN, time(0, 30), time(1, 30)),
            "2026-10-25 00:45",
            "2026-10-25 01:00",
            "the hour from 1 to 2 comes twice, so the window comes round again",
        ),
        (
            SafeWindow(SUN, time(1, 30), time(1, 45)),
            "2026-10-25 00:50",
            "2026-10-25 01:30",
            "and so does one inside that hour",
        ),
        (SafeWindow(SAT, time(22), time(0)), "2026-11-21 23:59", "2026-11-21 23:59", "to midnight"),
        (SafeWindow(SAT, time(22), time(0)), "2026-11-22 00:00", "2026-11-28 22:00", "not past it"),
        (SafeWindow(WED, time(0), time(0)), "2026-11-16 12:00", "2026-11-18 00:00", "all day"),
    ],
)
def test_the_next_safe_time_holds_over_midnights_and_clock_changes(
    window, after, expected, because
):
    assert next_safe_time([window], utc(after)) == utc(expected), because


def test_with_no_window_recorded_no_time_is_safe():
    assert not is_safe_at([], utc("2026-11-16 10:00"))
    assert next_safe_time([], utc("2026-11-16 10:00")) is None


def test_the_next_safe_time_is_given_in_utc_whatever_zone_was_asked_in():
    asked = datetime(2026, 7, 13, 8, 0, tzinfo=LONDON)

    answer = next_safe_time([SafeWindow(MON, time(9), time(12))], asked)

    assert answer == utc("2026-07-13 08:00")
    assert answer.tzinfo is UTC


def test_of_several_windows_the_earliest_opening_counts():
    windows = [*SafeTime.EVENINGS.windows, *SafeTime.WEEKDAY_MORNINGS.windows]

    assert next_safe_time(windows, utc("2026-11-20 12:00")) == utc("2026-11-20 17:00")
    assert next_safe_time(windows, utc("2026-11-20 20:00")) == utc("2026-11-21 17:00")


def test_an_instant_without_a_time_zone_is_refused():
    naive = datetime(2026, 11, 16, 10, 0)  # noqa: DTZ001 -- what is tested

    with pytest.raises(ValueError, match="time zone"):
        is_safe_at([], naive)
    with pytest.raises(ValueError, match="time zone"):
        next_safe_time([], naive)


whole_minutes = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))
windows_st = st.builds(SafeWindow, st.integers(0, 6), whole_minutes, whole_minutes).filter(
    lambda window: window.ends == time(0) or window.ends > window.starts
)
around_a_clock_change = st.sampled_from(
    ["2026-03-28 12:00", "2026-10-24 12:00", "2026-12-31 12:00", "2028-02-28 12:00"]
).flatmap(lambda start: st.integers(0, 36 * 60).map(lambda m: utc(start) + timedelta(minutes=m)))


@settings(max_examples=40, deadline=None)
@given(st.lists(windows_st, min_size=1, max_size=3), around_a_clock_change)
def test_no_safe_minute_is_overlooked_and_none_is_made_up(windows, after):
    answer = next_safe_time(windows, after)

    minute_by_minute = (after + timedelta(minutes=m) for m in range(15 * 24 * 60))
    assert answer == next((at for at in minute_by_minute if is_safe_at(windows, at)), None)


@given(st.lists(windows_st, max_size=5))
def test_windows_survive_being_stored(windows):
    assert set(windows_from_json(windows_to_json(windows))) == set(windows)


def test_windows_are_stored_in_plain_words_in_order_and_once():
    windows = [SafeWindow(TUE, time(17, 30), time(0)), SafeWindow(MON, time(9), time(12))] * 2

    assert windows_to_json(windows) == [
        {"day": "mon", "from": "09:00", "to": "12:00"},
        {"day": "tue", "from": "17:30", "to": "00:00"},
    ]


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ("mon 9-12", "Give safe times as a list"),
        ({"day": "mon"}, "Give safe times as a list"),
        (["mon"], "Give safe times as a list"),
        ([{"day": "mon", "from": "09:00", "to": "12:00"}] * 169, "Give safe times as a list"),
        ([{"day": "mon", "from": "09:00"}], "Give safe times as a list"),
        ([{"day": "mon", "from": "09:00", "to": "12:00", "x": 1}], "Give safe times as a list"),
        ([{"day": "Montag", "from": "09:00", "to": "12:00"}], "Choose a day of the week"),
        ([{"day": ["mon"], "from": "09:00", "to": "12:00"}], "Choose a day of the week"),
        ([{"day": "mon", "from": "9am", "to": "12:00"}], "times of day like 09:00"),
        ([{"day": "mon", "from": "09:00", "to": "24:00"}], "times of day like 09:00"),
        ([{"day": "mon", "from": None, "to": "12:00"}], "times of day like 09:00"),
        ([{"day": "mon", "from": "12:00", "to": "09:00"}], "must end after it starts"),
        ([{"day": "mon", "from": "12:00", "to": "12:00"}], "must end after it starts"),
    ],
)
def test_windows_that_make_no_sense_are_refused_in_a_sentence(stored, sentence):
    with pytest.raises(ValueError, match=sentence):
        windows_from_json(stored)


def test_a_window_needs_a_real_day_and_a_bare_clock():
    with pytest.raises(ValueError, match="day of the week"):
        safe_window(7, time(9), time(12))
    with pytest.raises(ValueError, match="without a time zone"):
        safe_window(MON, time(9, tzinfo=UTC), time(12))


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([], "No safe time recorded"),
        (["weekday_mornings"], "Monday to Friday, 9am to noon"),
        (["weekend_days"], "Saturday and Sunday, 9am to 5pm"),
        (["any_time"], "Every day, all day"),
        (
            ["evenings", "weekday_mornings"],
            "Monday to Friday, 9am to noon; Every day, 5pm to 8pm",
        ),
    ],
)
def test_the_choices_of_the_form_are_said_in_words(choices, words):
    assert in_words(windows_of(choices)) == words


def test_odd_windows_are_said_in_words_too():
    windows = [
        SafeWindow(MON, time(0), time(6, 30)),
        SafeWindow(WED, time(0), time(6, 30)),
        SafeWindow(SUN, time(12, 15), time(0)),
    ]

    assert in_words(windows) == "Monday, Wednesday, midnight to 6:30am; Sunday, 12:15pm to midnight"
