"""What is left without a worker when somebody is away or has left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.leaving import leave
from rota import actions as keeping
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.cover import left_without_worker

HOUR = timedelta(hours=1)


@pytest.fixture
def adviser(people):
    return people.adviser


def taken(people, ago=2 * HOUR):
    referral = refer(people, ago)
    actions.take(referral.reference, by=people.adviser)
    return referral.reference


def booked(people, hours=30, **more):
    reference = taken(people)
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=timezone.now() + hours * HOUR,
        venue="our_office",
        outside_reason="she_asked",
        **more,
    )
    actions.book(reference, booking, by=people.adviser)
    return reference


def away(person, kind="sick", starts=None, ends=None):
    now = timezone.now()
    new = keeping.NewLeave(
        kind=kind,
        starts_at=starts and now + starts,
        ends_at=ends and now + ends,
    )
    return keeping.record_leave(person, new, by=person)


def left(member, after=timedelta()):
    with unit_of_work(member.context):
        found = left_without_worker(member.agency_id, timezone.now() + after)
        return (
            [visit.follow_up.referral.reference for visit in found.visits],
            [each.referral.reference for each in found.follow_ups],
        )


def test_nothing_is_left_while_everybody_is_there(people, adviser):
    booked(people)

    assert left(adviser) == ([], [])
    with unit_of_work(adviser.context):
        assert not left_without_worker(adviser.agency_id, timezone.now())


def test_open_sickness_leaves_what_is_booked_and_what_is_running(people, adviser):
    reference, other = booked(people), taken(people)

    away(adviser)

    assert left(people.duty_manager) == ([reference], [reference, other])


def test_leave_that_ends_before_it_falls_due_leaves_nothing(people, adviser):
    booked(people)

    away(adviser, ends=3 * HOUR)

    assert left(adviser) == ([], [])


def test_leave_to_come_leaves_only_the_visits_in_it(people, adviser):
    reference = booked(people, hours=30)

    away(adviser, "annual", starts=29 * HOUR, ends=40 * HOUR)

    assert left(adviser) == ([reference], [])


def test_a_second_worker_who_is_away_leaves_the_visit(people, adviser):
    colleague = people.second_adviser
    reference = booked(people, second_worker=colleague)

    away(colleague)

    assert left(adviser) == ([reference], [])


def test_what_is_late_waits_for_nobody(people, adviser):
    reference = taken(people, ago=30 * HOUR)

    away(adviser, ends=1 * HOUR)

    assert left(adviser) == ([], [reference])
    assert left(adviser, after=2 * HOUR) == ([], [])


def test_whoever_has_left_leaves_everything(own_database, people, adviser):
    reference = booked(people)

    with databases.as_owner():
        leave(adviser.user, adviser.agency)

    assert left(people.duty_manager) == ([reference], [reference])


def test_what_has_ended_needs_nobody(people, adviser):
    reference = booked(people)
    actions.record_outcome(reference, "done", by=adviser)

    away(adviser)

    assert left(adviser) == ([], [])


def test_another_agency_is_told_nothing(people, adviser):
    booked(people)
    away(adviser)

    with unit_of_work(people.wirral_adviser.context):
        assert not left_without_worker(adviser.agency_id, timezone.now())


def test_it_costs_the_same_queries_however_much_is_left(people, adviser):
    def queries():
        with unit_of_work(adviser.context), CaptureQueriesContext(connection) as asked:
            left_without_worker(adviser.agency_id, timezone.now())
        return len(asked)

    none = queries()
    booked(people)
    booked(people, hours=35)
    away(adviser)

    assert queries() == none
