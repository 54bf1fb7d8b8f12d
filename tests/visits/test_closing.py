"""Closing without having reached her takes a second person where the risk is high."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals.errors import MoveNotAllowed
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.visits import going_out
from visits import actions
from visits.actions.closing import NeedsManager
from visits.models import ClosureRequest, Outing, Visit


def a_taken_one(people, **changes):
    sent = actions.refer_after_visit(
        given.details(safe_windows=given.ANY_TIME, **changes),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    return actions.take(sent.reference, by=people.adviser)


def status_of(taken, member):
    with unit_of_work(member.context):
        found = Referral.objects.get(pk=taken.pk)
        return found.status, found.feedback, found.risk_band


def close(taken, by):
    return actions.close(taken.reference, by=by, reason="not_reached")


def test_high_and_not_reached_an_adviser_alone_closes_nothing(people):
    taken = a_taken_one(people)

    with pytest.raises(NeedsManager, match="manager"):
        close(taken, people.adviser)

    assert status_of(taken, people.adviser) == ("accepted", "", "high")
    close(taken, people.duty_manager)
    assert status_of(taken, people.officer) == ("closed", "not_reached", "high")


def test_reached_or_of_lesser_risk_it_takes_nobody_else(people):
    reached = a_taken_one(people)
    spoke = actions.Attempt(channel="phone_call", outcome="spoke", at=datetime.now(UTC))
    actions.record_attempt(reached.reference, spoke, by=people.adviser)
    lesser = a_taken_one(people, risk_band="standard")

    close(reached, people.adviser)
    close(lesser, people.adviser)

    assert status_of(reached, people.adviser)[0] == "closed"
    assert status_of(lesser, people.adviser)[0] == "closed"


def test_one_asks_and_a_manager_signs_off(people):
    taken = a_taken_one(people)
    booking = actions.Booking(
        adviser=people.adviser, starts_at=datetime.now(UTC) + timedelta(hours=2)
    )
    visit = actions.book(taken.reference, booking, by=people.adviser)

    actions.ask_to_close(taken.reference, by=people.adviser, reason="not_reached")
    with pytest.raises(MoveNotAllowed, match="already"):
        actions.ask_to_close(taken.reference, by=people.adviser, reason="not_reached")
    with pytest.raises(PermissionDenied):
        actions.sign_off_closing(taken.reference, by=people.adviser)
    before = status_of(taken, people.adviser)[0]
    actions.sign_off_closing(taken.reference, by=people.duty_manager)

    assert (before, *status_of(taken, people.officer)) == (
        "accepted",
        "closed",
        "not_reached",
        "high",
    )
    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=visit.pk).status == Visit.Status.CANCELLED


def test_who_asked_does_not_sign_off_themselves(people):
    taken = a_taken_one(people)
    actions.ask_to_close(taken.reference, by=people.duty_manager, reason="not_reached")

    with pytest.raises(PermissionDenied):
        actions.sign_off_closing(taken.reference, by=people.duty_manager)

    assert status_of(taken, people.adviser)[0] == "accepted"


def test_turned_down_the_work_goes_on_and_can_be_asked_again(people):
    taken = a_taken_one(people)
    actions.ask_to_close(taken.reference, by=people.adviser, reason="not_reached")

    actions.turn_down_closing(taken.reference, by=people.duty_manager)

    assert status_of(taken, people.adviser)[0] == "accepted"
    with pytest.raises(MoveNotAllowed, match="Nobody has asked"):
        actions.sign_off_closing(taken.reference, by=people.duty_manager)
    assert actions.ask_to_close(taken.reference, by=people.adviser, reason="disengaged")
    with unit_of_work(people.wirral_adviser.context):
        assert not ClosureRequest.objects.exists()


def test_closing_wakes_nobody_for_a_visit_that_nobody_leaves_for(own_database, people):
    taken = going_out.book(people)
    assert [kind for kind, _ in going_out.rungs()] == ["not_started"]

    close(taken, people.duty_manager)

    assert going_out.outing_of(people, taken).ended_how == "called_off"
    assert going_out.rungs() == []
    going_out.sweep_at(datetime.now(UTC) + timedelta(hours=3))
    assert going_out.told() == []


def test_closing_lets_whoever_is_out_be_expected_until_they_are_back(own_database, people):
    taken = going_out.out(people)

    close(taken, people.duty_manager)

    outing = going_out.outing_of(people, taken)
    assert (outing.ended_at, outing.is_under_way) == (None, True)
    kinds = {kind for kind, _ in going_out.rungs()}
    assert kinds == {"began", "overdue_buddy", "overdue_manager", "overdue_all"}
    with unit_of_work(people.adviser.context):
        assert Outing.objects.filter(ended_at=None).count() == 1
