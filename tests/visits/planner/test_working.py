"""A plan is a row: worked out by the worker, once, whoever dies over it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from notices.claiming import claim
from notices.clock import database_now
from planning import planner
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.planner.conftest import a_taken_one, not_placed, proposals, sweep
from visits import actions
from visits.models import NotPlaced, PlanRun, Proposal
from visits.planner.asking import ask_for_plan
from visits.planner.working import LEASE


def state_of(run, by):
    with unit_of_work(by.context):
        return PlanRun.objects.get(pk=run.pk).state


def test_plan_proposes_somebody_for_each_and_says_why(able, planned):
    taken = [a_taken_one(able), a_taken_one(able)]

    run = planned()

    found = proposals(run, able.duty_manager)
    assert run.state == PlanRun.State.DONE
    assert run.without_rota
    assert {each.follow_up.referral for each in found} == set(taken)
    assert len({each.adviser_id for each in found}) == 2
    assert found[0].why[0]["code"] == "in_time"
    assert not found[0].is_late
    assert not_placed(run, able.duty_manager) == {}


def test_plan_says_of_each_it_cannot_place_why(able, planned):
    held = a_taken_one(able, contact="held")
    unsaid = a_taken_one(able, safe_windows=())  # with no safe time recorded contact is held

    run = planned()

    assert not_placed(run, able.duty_manager) == {
        held.reference: "contact_held",
        unsaid.reference: "contact_held",
    }


def test_plan_asked_for_twice_is_one(able):
    first, again = (ask_for_plan(by=able.duty_manager) for _ in range(2))

    assert first == again
    sweep()
    assert ask_for_plan(by=able.adviser) != first


def test_plan_is_not_for_the_police(able):
    with pytest.raises(PermissionDenied):
        ask_for_plan(by=able.officer)

    with unit_of_work(able.officer.context):
        assert not PlanRun.objects.exists()


def test_plan_whose_worker_was_killed_is_worked_out_once_by_the_next(able):
    """The first has taken the run and died: only the lease it left tells of it."""
    a_taken_one(able)
    run = ask_for_plan(by=able.duty_manager)
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        claim(PlanRun.objects.all(), at=database_now(), limit=1, lease=LEASE)

    assert sweep() == 0
    assert sweep(later=LEASE) == 1
    assert sweep(later=2 * LEASE) == 0

    assert state_of(run, able.duty_manager) == PlanRun.State.DONE
    assert len(proposals(run, able.duty_manager)) == 1


def test_plan_that_is_done_by_another_worker_meanwhile_is_kept_once(able, monkeypatch):
    """A worker that was slow finds, with its answer in hand, that its lease ran out."""
    a_taken_one(able)
    run = ask_for_plan(by=able.duty_manager)
    really = planner.plan

    def slowly(problem):
        monkeypatch.setattr("planning.planner.plan", really)
        sweep(later=LEASE)
        return really(problem)

    monkeypatch.setattr("planning.planner.plan", slowly)
    sweep()

    assert state_of(run, able.duty_manager) == PlanRun.State.DONE
    assert len(proposals(run, able.duty_manager)) == 1


def test_plan_that_fails_each_time_says_so_and_lets_another_be_asked_for(able, monkeypatch):
    def fails(problem):
        raise RuntimeError

    run = ask_for_plan(by=able.duty_manager)
    monkeypatch.setattr("planning.planner.plan", fails)

    for hours in range(3):
        sweep(later=timedelta(hours=hours))

    assert state_of(run, able.duty_manager) == PlanRun.State.FAILED
    assert ask_for_plan(by=able.duty_manager) != run


def test_plan_is_seen_by_its_own_agency_alone(able, planned):
    a_taken_one(able)
    a_taken_one(able, contact="held")
    run = planned()
    assert proposals(run, able.adviser)
    assert not_placed(run, able.adviser)

    for outsider in (able.officer, able.wirral_adviser, able.caseworker):
        with unit_of_work(outsider.context):
            assert not PlanRun.objects.exists()
            assert not Proposal.objects.exists()
            assert not NotPlaced.objects.exists()


def test_booking_needs_no_plan_and_no_worker(able):
    referral = a_taken_one(able)
    with unit_of_work(able.adviser.context):
        at = database_now() + timedelta(hours=1)
    booking = actions.Booking(adviser=able.adviser, starts_at=at)

    assert actions.book(referral.reference, booking, by=able.adviser)

    with unit_of_work(able.adviser.context):
        assert not PlanRun.objects.exists()
