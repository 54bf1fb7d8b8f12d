"""People decide: confirm, refuse, or book otherwise. The database has the last word."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from referrals.errors import MoveNotAllowed, ReasonMissing
from tenancy.work import unit_of_work
from tests.at_once import at_once
from tests.visits.planner.conftest import a_taken_one, proposals
from visits import actions
from visits.models import Proposal, RefusalReason, Visit
from visits.planner.deciding import confirm, refuse


def booked(by):
    with unit_of_work(by.context):
        return list(Visit.objects.filter(status=Visit.Status.BOOKED))


def state_of(proposal, by):
    with unit_of_work(by.context):
        return Proposal.objects.get(pk=proposal.pk).state


@pytest.fixture
def proposal(able, planned):
    a_taken_one(able)
    return proposals(planned(), able.duty_manager)[0]


def test_confirm_books_what_was_proposed(able, proposal):
    done = confirm(proposal.pk, by=able.duty_manager)

    (visit,) = booked(able.adviser)
    assert done.state == Proposal.State.CONFIRMED
    assert (visit.adviser_id, visit.during) == (proposal.adviser_id, proposal.during)
    assert done.decided_by == able.duty_manager


def test_confirm_late_says_why_it_is_late(able, planned):
    a_taken_one(able, ago=30)
    late = proposals(planned(), able.duty_manager)[0]

    confirm(late.pk, by=able.duty_manager)

    assert late.is_late
    assert booked(able.adviser)[0].outside_reason == "nobody_free"


def test_confirm_twice_at_once_books_once(able, proposal):
    twice = [partial(confirm, proposal.pk, by=able.duty_manager)] * 2

    came_of = at_once(twice)

    assert sorted(type(one).__name__ for one in came_of) == ["MoveNotAllowed", "Proposal"]
    assert len(booked(able.adviser)) == 1


def test_confirm_when_the_adviser_was_booked_elsewhere_is_overtaken(able, proposal):
    other = a_taken_one(able)
    with unit_of_work(able.duty_manager.context):
        taken = Proposal.objects.select_related("adviser").get(pk=proposal.pk).adviser
    booking = actions.Booking(adviser=taken, starts_at=proposal.during.lower)
    actions.book(other.reference, booking, by=able.duty_manager)

    done = confirm(proposal.pk, by=able.duty_manager)

    assert done.state == Proposal.State.OVERTAKEN
    assert [visit.follow_up_id for visit in booked(able.adviser)] != [proposal.follow_up_id]
    with pytest.raises(MoveNotAllowed, match="already"):
        confirm(proposal.pk, by=able.duty_manager)


def test_confirm_what_is_booked_by_hand_already_changes_nothing(able, proposal):
    booking = actions.Booking(adviser=able.adviser, starts_at=proposal.during.lower)
    reference = proposal.follow_up.referral.reference
    actions.book(reference, booking, by=able.adviser)

    with pytest.raises(MoveNotAllowed, match="Booked otherwise already"):
        confirm(proposal.pk, by=able.duty_manager)

    assert [visit.adviser_id for visit in booked(able.adviser)] == [able.adviser.pk]
    assert state_of(proposal, able.adviser) == Proposal.State.CHANGED


def test_confirm_of_an_older_plan_is_refused(able, proposal, planned):
    newer = proposals(planned(), able.duty_manager)[0]

    with pytest.raises(MoveNotAllowed, match="newer plan"):
        confirm(proposal.pk, by=able.duty_manager)

    assert booked(able.adviser) == []
    assert confirm(newer.pk, by=able.duty_manager)


def test_confirm_somebody_elses_case_is_refused(able, proposal):
    with pytest.raises(PermissionDenied):
        confirm(proposal.pk, by=able.second_adviser)

    assert state_of(proposal, able.adviser) == Proposal.State.PROPOSED
    assert confirm(proposal.pk, by=able.adviser)


def test_confirm_of_another_agency_is_as_if_it_were_not_there(able, proposal):
    with pytest.raises(Proposal.DoesNotExist):
        confirm(proposal.pk, by=able.wirral_adviser)

    assert state_of(proposal, able.adviser) == Proposal.State.PROPOSED


@pytest.mark.parametrize("reason", RefusalReason.values)
def test_refuse_keeps_the_next_plan_from_proposing_the_same(able, proposal, planned, reason):
    refuse(proposal.pk, reason, by=able.duty_manager)

    again = proposals(planned(), able.duty_manager)[0]

    same_adviser = again.adviser_id == proposal.adviser_id
    same_time = again.during == proposal.during
    assert not (same_adviser and same_time)
    assert not (same_adviser and reason == "other_adviser")
    assert not (same_time and reason == "other_time")


def test_refuse_without_a_reason_is_refused(able, proposal):
    with pytest.raises(ReasonMissing):
        refuse(proposal.pk, "", by=able.duty_manager)

    assert state_of(proposal, able.adviser) == Proposal.State.PROPOSED


def test_plan_again_keeps_what_is_proposed_and_goes_round_what_is_confirmed(able, planned):
    for _ in range(3):
        a_taken_one(able)
    first = proposals(planned(), able.duty_manager)
    confirm(first[0].pk, by=able.duty_manager)

    second = proposals(planned(), able.duty_manager)

    assert {(each.follow_up_id, each.adviser_id, each.during) for each in second} == {
        (each.follow_up_id, each.adviser_id, each.during) for each in first[1:]
    }
    assert {fact["code"] for each in second for fact in each.why} >= {"kept"}
