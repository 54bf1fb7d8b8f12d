"""Who works when, from rows alone: nights, changes of the clocks, leave, days that differ."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.joining import join
from accounts.actions.leaving import leave, shut_out
from accounts.roles import Role
from rota.duty import abilities, keeps_rota, on_duty, shifts, travel_minutes
from rota.models import AdviserAbilities, TravelTime
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, world
from tests.rota.conftest import (
    MONDAY,
    a_leave,
    a_pattern,
    an_exception,
    on_call,
    on_the_clock,
    week,
)
from tests.world import LIVERPOOL, WIRRAL

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def adviser(people):
    return people.adviser


def worked(of, begins, ends):
    """The shifts of one agency as its own people see them."""
    with unit_of_work(of.context):
        return [(each.starts, each.ends) for each in shifts(of.agency_id, begins, ends)]


def of_day(of, on):
    return worked(of, on_the_clock(on, 0), on_the_clock(on + timedelta(days=1), 0))


def duty(of, at):
    with unit_of_work(of.context):
        return on_duty(of.agency_id, at)


def test_shifts_of_a_week_are_the_patterns(adviser):
    a_pattern(adviser)

    found = worked(adviser, on_the_clock(MONDAY, 0), on_the_clock(MONDAY + timedelta(days=7), 0))

    days = [MONDAY + timedelta(days=offset) for offset in range(5)]
    assert found == [(on_the_clock(day, 9), on_the_clock(day, 17)) for day in days]


def test_shifts_are_cut_off_where_the_window_ends(adviser):
    a_pattern(adviser)

    found = worked(adviser, on_the_clock(MONDAY, 10), on_the_clock(MONDAY, 12))

    assert found == [(on_the_clock(MONDAY, 10), on_the_clock(MONDAY, 12))]


def test_a_shift_in_summer_begins_when_the_clock_shows_it(adviser):
    a_pattern(adviser)

    found = of_day(adviser, date(2026, 7, 6))

    assert found == [(datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 7, 6, 16, tzinfo=UTC))]


def test_a_shift_past_midnight_is_worked_on_both_days(adviser):
    a_pattern(adviser, week((0, 22, 30)))

    window = (on_the_clock(TUESDAY, 1), on_the_clock(TUESDAY, 23))

    assert worked(adviser, *window) == [(window[0], on_the_clock(TUESDAY, 6))]
    assert duty(adviser, on_the_clock(TUESDAY, 5, 59)) == {adviser.pk}
    assert duty(adviser, on_the_clock(TUESDAY, 6)) == frozenset()


def test_sundays_night_shift_ends_on_monday(adviser):
    a_pattern(adviser, week((6, 22, 30)))

    assert duty(adviser, on_the_clock(MONDAY, 3)) == {adviser.pk}


@pytest.mark.parametrize(
    ("sunday", "hours"),
    [(date(2026, 10, 25), 9), (date(2027, 3, 28), 7), (date(2026, 11, 29), 8)],
)
def test_a_night_is_as_long_as_the_clocks_make_it(adviser, sunday, hours):
    """From ten on Saturday until six: nine hours when the clocks go back, seven when forward."""
    a_pattern(adviser, week((5, 22, 30)))
    saturday = sunday - timedelta(days=1)

    ((starts, ends),) = worked(adviser, on_the_clock(saturday, 12), on_the_clock(sunday, 12))

    assert ends - starts == timedelta(hours=hours)
    assert ends == on_the_clock(sunday, 6)


def test_a_shift_that_begins_in_the_hour_left_out_begins_at_the_change(adviser):
    a_pattern(adviser, week((6, 1.5, 2.25)))
    sunday = date(2027, 3, 28)

    assert of_day(adviser, sunday) == [
        (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, 15, tzinfo=UTC))
    ]


def test_leave_in_the_middle_leaves_two_pieces(adviser):
    a_pattern(adviser)
    a_leave(adviser, on_the_clock(MONDAY, 11), on_the_clock(MONDAY, 14))

    assert of_day(adviser, MONDAY) == [
        (on_the_clock(MONDAY, 9), on_the_clock(MONDAY, 11)),
        (on_the_clock(MONDAY, 14), on_the_clock(MONDAY, 17)),
    ]


def test_leaves_that_overlap_are_cut_out_once(adviser):
    a_pattern(adviser)
    a_leave(adviser, on_the_clock(MONDAY, 8), on_the_clock(MONDAY, 12))
    a_leave(adviser, on_the_clock(MONDAY, 11), on_the_clock(MONDAY, 16), kind="training")

    assert of_day(adviser, MONDAY) == [(on_the_clock(MONDAY, 16), on_the_clock(MONDAY, 17))]


def test_open_sickness_takes_every_shift_from_then_on(adviser):
    a_pattern(adviser)
    a_leave(adviser, on_the_clock(MONDAY, 12), None, kind="sick")

    later = MONDAY + timedelta(days=60)

    assert of_day(adviser, MONDAY) == [(on_the_clock(MONDAY, 9), on_the_clock(MONDAY, 12))]
    assert worked(adviser, on_the_clock(TUESDAY, 0), on_the_clock(later, 0)) == []
    assert duty(adviser, on_the_clock(MONDAY, 11)) == {adviser.pk}
    assert duty(adviser, on_the_clock(MONDAY, 12)) == frozenset()


def test_an_exception_replaces_the_day(adviser):
    a_pattern(adviser)
    an_exception(adviser, MONDAY, "instead", (14, 22))

    assert of_day(adviser, MONDAY) == [(on_the_clock(MONDAY, 14), on_the_clock(MONDAY, 22))]
    assert of_day(adviser, TUESDAY) == [(on_the_clock(TUESDAY, 9), on_the_clock(TUESDAY, 17))]


def test_an_exception_without_hours_is_a_day_off(adviser):
    a_pattern(adviser)
    an_exception(adviser, MONDAY, "instead")

    assert of_day(adviser, MONDAY) == []


def test_an_exception_besides_adds_to_the_day_or_to_a_day_off(adviser):
    a_pattern(adviser)
    saturday = MONDAY + timedelta(days=5)
    an_exception(adviser, MONDAY, "besides", (16, 20))
    an_exception(adviser, saturday, "besides", (22, 26))

    assert of_day(adviser, MONDAY) == [(on_the_clock(MONDAY, 9), on_the_clock(MONDAY, 20))]
    assert worked(adviser, on_the_clock(saturday, 0), on_the_clock(saturday, 23)) == [
        (on_the_clock(saturday, 22), on_the_clock(saturday, 23))
    ]
    assert duty(adviser, on_the_clock(saturday + timedelta(days=1), 1)) == {adviser.pk}


def test_a_pattern_counts_from_its_first_day_to_its_last(adviser):
    a_pattern(adviser, starts_on=TUESDAY, ends_before=TUESDAY + timedelta(days=2))

    days = [MONDAY + timedelta(days=offset) for offset in range(4)]

    assert [len(of_day(adviser, day)) for day in days] == [0, 1, 1, 0]


def test_a_night_that_begins_on_the_last_day_is_worked_to_its_end(adviser):
    a_pattern(adviser, week((0, 22, 30)), ends_before=TUESDAY)

    assert duty(adviser, on_the_clock(TUESDAY, 5)) == {adviser.pk}


def test_two_patterns_one_after_the_other_are_each_in_force_in_their_time(adviser):
    a_pattern(adviser, ends_before=TUESDAY)
    a_pattern(adviser, week((1, 12, 20)), starts_on=TUESDAY)

    assert of_day(adviser, MONDAY) == [(on_the_clock(MONDAY, 9), on_the_clock(MONDAY, 17))]
    assert of_day(adviser, TUESDAY) == [(on_the_clock(TUESDAY, 12), on_the_clock(TUESDAY, 20))]


def test_whoever_is_on_call_is_on_duty_and_works_no_shift(adviser):
    on_call(adviser, on_the_clock(MONDAY, 17), on_the_clock(TUESDAY, 9))

    assert duty(adviser, on_the_clock(MONDAY, 23)) == {adviser.pk}
    assert duty(adviser, on_the_clock(TUESDAY, 9)) == frozenset()
    assert of_day(adviser, MONDAY) == []


def test_whoever_is_on_call_and_falls_ill_is_not_on_duty(adviser):
    on_call(adviser, on_the_clock(MONDAY, 17), on_the_clock(TUESDAY, 9))
    a_leave(adviser, on_the_clock(MONDAY, 20), None, kind="sick")

    assert duty(adviser, on_the_clock(MONDAY, 19)) == {adviser.pk}
    assert duty(adviser, on_the_clock(MONDAY, 20)) == frozenset()


def test_a_membership_that_ended_works_no_shift_and_is_on_no_call(own_database, adviser):
    a_pattern(adviser)
    on_call(adviser, on_the_clock(MONDAY, 17), on_the_clock(TUESDAY, 9))
    before = duty(adviser, on_the_clock(MONDAY, 10)), duty(adviser, on_the_clock(MONDAY, 18))

    with databases.as_owner():
        leave(adviser.user, adviser.agency)

    assert before == ({adviser.pk}, {adviser.pk})
    assert of_day(adviser, MONDAY) == []
    assert duty(adviser, on_the_clock(MONDAY, 10)) == frozenset()
    assert duty(adviser, on_the_clock(MONDAY, 18)) == frozenset()


def test_somebody_shut_out_is_on_no_duty(own_database, adviser):
    a_pattern(adviser)
    with databases.as_owner():
        shut_out(adviser.user)

    assert duty(adviser, on_the_clock(MONDAY, 10)) == frozenset()
    with unit_of_work(adviser.context):
        assert adviser.pk not in abilities(adviser.agency_id)


def test_keeps_rota_says_whether_anybodys_hours_are_known(adviser):
    with unit_of_work(adviser.context):
        nobodys = keeps_rota(adviser.agency_id)
    a_pattern(adviser, ends_before=timezone.localdate())
    with unit_of_work(adviser.context):
        ended = keeps_rota(adviser.agency_id)
    a_pattern(adviser, starts_on=timezone.localdate())
    with unit_of_work(adviser.context):
        in_force = keeps_rota(adviser.agency_id)

    assert (nobodys, ended, in_force) == (False, False, True)


def test_an_agency_with_somebody_on_call_keeps_a_rota(adviser):
    now = timezone.now()
    on_call(adviser, now + timedelta(hours=1), now + timedelta(hours=9))

    with unit_of_work(adviser.context):
        assert keeps_rota(adviser.agency_id)


def test_abilities_of_whom_nothing_is_recorded_promise_nothing(people, adviser):
    with unit_of_work(adviser.context):
        AdviserAbilities.objects.create(
            membership=adviser,
            agency_id=adviser.agency_id,
            areas=[LIVERPOOL, WIRRAL],
            languages=["pl", "bfi"],
            gender="woman",
            specialisms=["sex_work"],
            may_visit_alone=True,
        )
        found = abilities(adviser.agency_id)

    recorded, unsaid = found[adviser.pk], found[people.second_adviser.pk]
    assert found.keys() == {adviser.pk, people.second_adviser.pk, people.duty_manager.pk}
    assert recorded.languages == {"en", "pl", "bfi"}
    assert (recorded.gender, recorded.specialisms) == ("woman", {"sex_work"})
    assert recorded.may_visit_alone
    assert (unsaid.areas, unsaid.languages) == ({LIVERPOOL}, {"en"})
    assert not unsaid.may_visit_alone


def test_travel_minutes_answers_for_every_pair_and_each_way_by_itself(adviser):
    with unit_of_work(adviser.context):
        usual = travel_minutes(adviser.agency_id)
        TravelTime.objects.create(
            agency_id=adviser.agency_id, from_area=LIVERPOOL, to_area=WIRRAL, minutes=55
        )
        said = travel_minutes(adviser.agency_id)

    assert len(usual) == 36
    assert usual[LIVERPOOL, WIRRAL] == usual[WIRRAL, LIVERPOOL] == 30
    assert (said[LIVERPOOL, WIRRAL], said[WIRRAL, LIVERPOOL]) == (55, 30)


def test_another_agency_sees_nothing_of_it(people, adviser):
    a_pattern(adviser)
    on_call(adviser, on_the_clock(MONDAY, 17), on_the_clock(TUESDAY, 9))
    at_work, called = on_the_clock(MONDAY, 10), on_the_clock(MONDAY, 20)

    with unit_of_work(people.wirral_adviser.context):
        seen = [on_duty(adviser.agency_id, at) for at in (at_work, called)]
        kept = keeps_rota(adviser.agency_id)

    assert seen == [frozenset(), frozenset()]
    assert not kept
    assert [duty(adviser, at) for at in (at_work, called)] == [{adviser.pk}, {adviser.pk}]


def test_the_worker_knows_who_is_on_duty(own_database, people):
    adviser = people.adviser
    a_pattern(adviser)

    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        found = on_duty(adviser.agency_id, on_the_clock(MONDAY, 10))
        known = abilities(adviser.agency_id).keys()
        roads = travel_minutes(adviser.agency_id)

    assert found == {adviser.pk}
    assert adviser.pk in known
    assert len(roads) == 36


def join_as(agency, number):
    with databases.as_owner():
        email, name = f"more{number}@example.org", f"More {number}"
        return join(
            agency, email=email, name=name, role=Role.ADVISER, password=world.PASSWORD
        ).membership


def queries(of):
    begins, ends = on_the_clock(MONDAY, 0), on_the_clock(MONDAY + timedelta(days=14), 0)
    with unit_of_work(of.context), CaptureQueriesContext(connection) as asked:
        found = len(shifts(of.agency_id, begins, ends))
        on_duty(of.agency_id, on_the_clock(MONDAY, 10))
        abilities(of.agency_id)
        travel_minutes(of.agency_id)
    return found, len(asked)


def test_thirty_people_cost_as_many_queries_as_three(own_database, people, adviser):
    for each in (adviser, people.second_adviser, people.duty_manager):
        a_pattern(each)
    three = queries(adviser)
    for number in range(27):
        more = join_as(adviser.agency, number)
        a_pattern(more)
        a_leave(more, on_the_clock(MONDAY, 9), on_the_clock(MONDAY, 10))

    thirty = queries(adviser)

    assert (three[0], thirty[0]) == (30, 300)
    assert thirty[1] == three[1]
