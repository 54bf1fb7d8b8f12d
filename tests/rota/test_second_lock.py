"""What the database itself refuses: nonsense, and rows about another agency's people."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from rota.models import (
    AdviserAbilities,
    ExceptionDay,
    Leave,
    OnCall,
    PatternShift,
    TravelTime,
    WorkingPattern,
)
from tenancy.work import unit_of_work
from tests.rota.conftest import (
    MONDAY,
    NOW,
    a_leave,
    a_pattern,
    an_exception,
    on_call,
    week,
)
from tests.world import HALTON, LIVERPOOL

LATER = NOW + timedelta(hours=8)


def refused(constraint, of, make):
    """That the database refuses by that constraint."""
    with (
        pytest.raises(IntegrityError, match=constraint),
        unit_of_work(of.context),
        transaction.atomic(),
    ):
        make()


def test_one_pattern_at_a_time(people):
    a_pattern(people.adviser)

    refused("rota_pattern_one_at_a_time", people.adviser, lambda: a_pattern(people.adviser))
    a_pattern(people.second_adviser)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("rota_pattern_begins", {"period": DateRange(None, MONDAY)}),
        ("rota_pattern_begins", {"period": DateRange(MONDAY, MONDAY)}),
        ("rota_pattern_share_in_percent", {"full_time_share": 101}),
        ("rota_pattern_share_in_percent", {"full_time_share": 0}),
    ],
)
def test_a_pattern_makes_sense(people, constraint, changes):
    def change():
        WorkingPattern.objects.filter(membership=people.adviser).update(**changes)

    a_pattern(people.adviser)

    refused(constraint, people.adviser, change)


@pytest.mark.parametrize(
    ("constraint", "minutes"),
    [
        ("rota_patternshift_of_sane_length", (540, 550)),
        ("rota_patternshift_of_sane_length", (540, 1501)),
        ("rota_patternshift_of_sane_length", (10_080, 10_200)),
        ("rota_patternshift_of_sane_length", (-60, 60)),
        ("rota_patternshift_one_at_a_time", (1000, 1100)),
    ],
)
def test_a_shift_makes_sense(people, constraint, minutes):
    adviser = people.adviser
    pattern = a_pattern(adviser)

    def add():
        PatternShift.objects.create(
            pattern=pattern, agency_id=adviser.agency_id, minutes=Int4Range(*minutes)
        )

    refused(constraint, adviser, add)


def test_a_day_differs_once_and_besides_says_when(people):
    adviser = people.adviser
    an_exception(adviser, MONDAY, "instead", (9, 12))

    refused(
        "rota_exceptionday_once", adviser, lambda: an_exception(adviser, MONDAY, "besides", (9, 10))
    )
    tuesday = MONDAY + timedelta(days=1)
    refused(
        "rota_exceptionday_besides_says_when",
        adviser,
        lambda: an_exception(adviser, tuesday, "besides"),
    )
    refused(
        "rota_exceptionday_of_sane_length",
        adviser,
        lambda: an_exception(adviser, tuesday, "instead", (24, 30)),
    )


def test_only_sickness_is_open_and_each_kind_is_recorded_once(people):
    adviser = people.adviser
    a_leave(adviser, NOW, None, kind="sick")

    refused(
        "rota_leave_only_sickness_is_open", adviser, lambda: a_leave(adviser, NOW, None, "annual")
    )
    refused(
        "rota_leave_one_of_a_kind_at_a_time",
        adviser,
        lambda: a_leave(adviser, LATER, None, kind="sick"),
    )
    refused("rota_leave_begins", adviser, lambda: a_leave(adviser, NOW, NOW))
    a_leave(adviser, NOW, LATER)


def test_nobody_is_on_call_twice_at_a_time_or_for_ever(people):
    adviser = people.adviser
    on_call(adviser, NOW, LATER)

    refused("rota_oncall_one_at_a_time", adviser, lambda: on_call(adviser, NOW, LATER))
    refused(
        "rota_oncall_begins_and_ends",
        adviser,
        lambda: OnCall.objects.create(
            agency_id=adviser.agency_id,
            membership=adviser,
            during=TimestamptzRange(LATER, None),
            put_by=adviser,
            put_at=NOW,
        ),
    )
    on_call(people.second_adviser, NOW, LATER)


def abilities_of(person, agency_id, **changes):
    given = {"areas": [LIVERPOOL], "languages": ["pl"], "specialisms": [], "gender": "man"}
    return AdviserAbilities.objects.create(
        membership=person, agency_id=agency_id, **{**given, **changes}
    )


@pytest.mark.parametrize(
    "wrong", [{"areas": ["E1"]}, {"languages": ["xx"]}, {"specialisms": ["x"]}, {"gender": "x"}]
)
def test_abilities_are_of_the_lists(people, wrong):
    adviser = people.adviser

    refused(
        "rota_abilities_of_the_lists",
        adviser,
        lambda: abilities_of(adviser, adviser.agency_id, **wrong),
    )


def a_road(agency_id, minutes):
    return TravelTime.objects.create(
        agency_id=agency_id, from_area=LIVERPOOL, to_area=HALTON, minutes=minutes
    )


def test_a_road_takes_less_than_four_hours(people):
    adviser = people.adviser

    refused("rota_traveltime_within_four_hours", adviser, lambda: a_road(adviser.agency_id, 241))


TABLES = [WorkingPattern, PatternShift, ExceptionDay, Leave, OnCall, AdviserAbilities, TravelTime]


def everything_of(person):
    """A row of every table."""
    a_pattern(person, week((0, 9, 17)))
    an_exception(person, MONDAY, "instead")
    a_leave(person, NOW, None, kind="sick")
    on_call(person, NOW, LATER)
    with unit_of_work(person.context):
        abilities_of(person, person.agency_id)
        a_road(person.agency_id, 20)


@pytest.mark.parametrize("who", ["wirral_adviser", "officer", "caseworker", "coordinator"])
def test_another_agency_sees_and_changes_no_row(people, who):
    everything_of(people.adviser)

    with unit_of_work(getattr(people, who).context):
        seen = [table.objects.count() for table in TABLES]
        deleted = [table.objects.all().delete()[0] for table in TABLES]

    assert seen == deleted == [0] * len(TABLES)
    with unit_of_work(people.second_adviser.context):
        assert [table.objects.count() for table in TABLES] == [1] * len(TABLES)


def test_no_row_is_written_about_another_agencys_people(people):
    """Under one's own agency's name as little as under theirs; about one's own it is."""
    adviser, stranger = people.adviser, people.wirral_adviser

    for agency_id in (stranger.agency_id, adviser.agency_id):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            unit_of_work(stranger.context),
            transaction.atomic(),
        ):
            abilities_of(adviser, agency_id)

    with unit_of_work(stranger.context):
        abilities_of(stranger, stranger.agency_id)
        assert AdviserAbilities.objects.count() == 1
