"""What the solver is told: codes under ids of the moment, in the same few queries."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.safe_times import SafeTime, windows_of
from planning.problem import Span
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.planner.conftest import a_taken_one, follow_up_of, set_abilities
from visits import actions
from visits.models import FollowUp
from visits.planner.needing import Needs, declare_conflict, set_needs
from visits.planner.reading import read


@pytest.fixture
def read_now(own_database, people):
    agency_id = people.adviser.agency_id

    def read_(at=None):
        with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
            return read(agency_id, at=at or datetime.now(UTC))

    return read_


def test_read_takes_as_many_queries_for_three_as_for_one(able, read_now):
    a_taken_one(able)
    with CaptureQueriesContext(connection) as few:
        read_now()
    for _ in range(2):
        reference = a_taken_one(able).reference
        set_needs(reference, Needs(language="pl"), by=able.adviser)
        declare_conflict(reference, able.second_adviser, by=able.duty_manager)

    with CaptureQueriesContext(connection) as many:
        found = read_now()

    assert len(found.problem.visits) == 3
    assert len(many) == len(few)


def test_read_gives_the_solver_nothing_that_names_or_finds_anybody(able, read_now):
    referral = a_taken_one(able)
    set_needs(referral.reference, Needs(language="pl", gender="woman"), by=able.adviser)
    follow_up = follow_up_of(referral, able.adviser)
    people = [able.adviser, able.second_adviser, able.duty_manager]

    first, second = read_now(), read_now()

    told = json.dumps(first.problem.as_plain())
    known = [referral.reference, str(referral.pk), str(follow_up.pk), follow_up.pk.hex]
    known += [word for who in people for word in (who.user.email, who.user.name)]
    assert [word for word in known if word in told] == []
    ids = {each.id for each in (*first.problem.visits, *first.problem.workers)}
    again = {each.id for each in (*second.problem.visits, *second.problem.workers)}
    assert len(ids) == len(again) == 4
    assert not ids & again
    assert not ids & {str(who.pk) for who in people}


def test_read_leaves_out_what_no_plan_can_be_made_for(able, read_now):
    held = a_taken_one(able, contact="held")
    fine = a_taken_one(able)
    paused = a_taken_one(able)
    with databases.as_owner(), unit_of_work(Context.migration()):
        FollowUp.objects.filter(referral=paused).update(paused_at=datetime.now(UTC))

    found = read_now()

    left = {each.follow_up: each.code for each in found.left}
    assert left == {
        follow_up_of(held, able.adviser).pk: "contact_held",
        follow_up_of(paused, able.adviser).pk: "paused",
    }
    assert set(found.follow_ups.values()) - left.keys() == {follow_up_of(fine, able.adviser).pk}
    assert len(found.problem.visits) == 1


def test_read_tells_what_is_wanted_who_must_not_go_and_who_is_able(able, read_now):
    referral = a_taken_one(able)
    needs = Needs(
        language="pl",
        language_is_must=True,
        gender="woman",
        specialisms=("sex_work",),
        minutes=90,
    )
    set_needs(referral.reference, needs, by=able.adviser)
    declare_conflict(referral.reference, able.second_adviser, by=able.duty_manager)
    set_abilities(able.adviser, languages=["pl"], gender="woman", may_visit_alone=False)

    found = read_now()

    visit = found.problem.visits[0]
    assert (visit.language, visit.gender, visit.minutes, visit.must) == (
        "pl",
        "woman",
        90,
        {"language"},
    )
    assert visit.specialisms == {"sex_work"}
    assert [found.people[key] for key in visit.forbidden] == [able.second_adviser.pk]
    workers = {found.people[worker.id]: worker for worker in found.problem.workers}
    assert workers.keys() == {able.adviser.pk, able.second_adviser.pk, able.duty_manager.pk}
    assert "pl" in workers[able.adviser.pk].languages
    assert not workers[able.adviser.pk].may_visit_alone
    assert found.without_rota


def test_read_tells_what_is_booked_as_fixed(able, read_now):
    referral = a_taken_one(able)
    booking = actions.Booking(
        adviser=able.adviser,
        second_worker=able.second_adviser,
        starts_at=datetime.now(UTC) + timedelta(hours=3),
        minutes=45,
        venue="our_office",
    )
    actions.book(referral.reference, booking, by=able.adviser)

    found = read_now()

    fixed = found.problem.visits[0].fixed
    assert (found.people[fixed.worker], found.people[fixed.second]) == (
        able.adviser.pk,
        able.second_adviser.pk,
    )
    assert (fixed.start, found.problem.visits[0].minutes) == (booking.starts_at, 45)
    assert not any(worker.busy for worker in found.problem.workers)


def test_read_opens_the_window_of_a_visit_that_is_late_already(able, read_now):
    referral = a_taken_one(able, ago=30)
    now = datetime.now(UTC)

    visit = read_now(now).problem.visits[0]

    assert visit.window == Span(now, now + timedelta(days=3))
    assert visit.deadline == follow_up_of(referral, able.adviser).due_at < now


def test_read_opens_the_window_when_no_safe_time_is_left_in_it(able, read_now):
    """It is Wednesday; her times are at the weekend, after the window."""
    a_taken_one(able, safe_windows=windows_of([SafeTime.WEEKEND_DAYS]))
    wednesday = datetime.now(UTC)

    visit = read_now(wednesday).problem.visits[0]

    days = {span.begins.weekday() for span in visit.safe}
    assert days <= {5, 6}
    inside = any(span.begins <= visit.deadline for span in visit.safe)
    assert inside or visit.window.ends == wednesday + timedelta(days=3)
