"""What a newcomer finds at the desks besides cases: plans, who is out, a meeting, who is away."""

from datetime import UTC, datetime, timedelta

import pytest

from demonstration.marac import call_meeting
from demonstration.plans import ask_for_plans
from directory.areas import LIVERPOOL, ST_HELENS
from marac.models import Listing, MaracReferral, Meeting
from rota.models import Leave, OnCall
from tests import databases
from tests.demonstration.conftest import at_the_owners, member_called
from visits.lone_working import State, state_of
from visits.models import NotPlaced, Outing, PlanRun, Proposal
from visits.planner.working import sweep

NOT_TAKEN = [{"code": "not_taken"}]
pytestmark = pytest.mark.usefixtures("loaded")


def test_plan_of_each_joined_desk_is_worked_out_by_the_next_sweep():
    """Whether a visit still fits depends on the hour of the day; that each is answered does not."""
    with databases.signed_in_as(databases.WORKER):
        sweep(datetime.now(UTC))

    with at_the_owners():
        desks = PlanRun.objects.filter(state=PlanRun.State.DONE).values_list("agency__code")
        assert {code for (code,) in desks} == {"liverpool-idva", "wirral-idva"}
        for code in ("liverpool-idva", "wirral-idva"):
            proposed = Proposal.objects.filter(agency__code=code, state=Proposal.State.PROPOSED)
            answered = NotPlaced.objects.filter(agency__code=code).exclude(why=NOT_TAKEN)
            assert proposed.exists() or answered.exists()


def test_plans_and_meetings_are_there_once():
    with databases.as_owner():
        again = ask_for_plans(datetime.now(UTC)), call_meeting(datetime.now(UTC))

    assert again == (0, 0)


def test_of_liverpools_advisers_one_is_out_and_another_late():
    now = datetime.now(UTC)
    with at_the_owners():
        manager = member_called("duty.manager@liverpool-idva")
        left = Outing.objects.filter(
            agency=manager.agency_id, began_at__isnull=False, ended_at=None
        )
        states = {state_of(each, now, to=manager): each.adviser_id for each in left}

        assert states.keys() == {State.OUT, State.LATE}
        assert len(set(states.values())) == 2


def test_one_meeting_has_a_list_and_cases_wait_for_another():
    now = datetime.now(UTC)
    with at_the_owners():
        listed = Listing.objects.filter(meeting__held_at__gt=now, left_at=None)
        waiting = MaracReferral.objects.filter(listings=None)

        assert Meeting.objects.count() == 2
        assert set(listed.values_list("meeting__area_code", flat=True)) == {ST_HELENS.code}
        assert waiting.filter(area_code=LIVERPOOL.code).count() == 3


def test_somebody_is_on_leave_next_week_and_somebody_on_call_now():
    now = datetime.now(UTC)
    with at_the_owners():
        agency = member_called("adviser@liverpool-idva").agency_id
        coming = Leave.objects.get(agency=agency, kind="annual").during

        assert now < coming.lower < now + timedelta(days=8)
        assert OnCall.objects.filter(agency=agency, during__contains=now).exists()
