"""Handing the duty to follow up on: the clock goes on, and somebody always owes it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Agency
from referrals import actions as referring
from referrals.errors import ConsentMissing, MoveNotAllowed
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.world import HALTON
from visits import actions
from visits.models import FollowUp, Pause, Rung

CLOCKS = ("visit_ended_at", "due_at", "visit_from_at", "visit_by_at", "code_due_at")


@pytest.fixture
def with_coordinator(people):
    """A referral from Halton, which the coordinators answer for, taken by one of them."""
    referral = actions.refer_after_visit(
        given.details(area_code=HALTON),
        given.consent(),
        by=people.cheshire_officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    return actions.take(referral.reference, by=people.coordinator)


def hand_on(people, referral, **changes):
    to = Agency.objects.get(code="wirral-idva")
    agreed = given.consent(**changes)
    return actions.hand_on(referral.reference, to, agreed, by=people.coordinator)


def follow_up(member, referral):
    with unit_of_work(member.context):
        return FollowUp.objects.get(referral=referral)


def test_hand_on_keeps_every_deadline_and_owes_the_same_wakings(people, with_coordinator):
    ours = follow_up(people.coordinator, with_coordinator)

    child = hand_on(people, with_coordinator)

    theirs = follow_up(people.wirral_adviser, child)
    assert [getattr(theirs, name) for name in CLOCKS] == [getattr(ours, name) for name in CLOCKS]
    assert child.answer_due_at == ours.due_at
    with unit_of_work(people.wirral_adviser.context):
        assert theirs.rungs.count() == Rung.objects.filter(about=theirs.pk).count() > 0


def test_hand_on_leaves_the_duty_where_it_is_until_it_is_taken(people, with_coordinator):
    child = hand_on(people, with_coordinator)
    assert follow_up(people.coordinator, with_coordinator).ended_at is None

    taken = actions.take(child.reference, by=people.wirral_adviser)

    ours = follow_up(people.coordinator, with_coordinator)
    assert (ours.ended_at, ours.outcome) == (taken.answered_at, "handed_on")
    assert follow_up(people.wirral_adviser, child).ended_at is None


def test_hand_on_that_is_declined_leaves_the_duty_where_it_is(people, with_coordinator):
    child = hand_on(people, with_coordinator)

    referring.decline(child.reference, by=people.wirral_adviser, reason="no_capacity")

    assert follow_up(people.coordinator, with_coordinator).ended_at is None
    assert hand_on(people, with_coordinator).pk != child.pk


def test_hand_on_twice_is_refused(people, with_coordinator):
    hand_on(people, with_coordinator)

    with pytest.raises(MoveNotAllowed, match="already"):
        hand_on(people, with_coordinator)

    with unit_of_work(people.coordinator.context):
        assert Referral.objects.filter(parent=with_coordinator).count() == 1


def test_hand_on_needs_her_agreement_to_that_agency(people, with_coordinator):
    with pytest.raises(ConsentMissing):
        hand_on(people, with_coordinator, answer="refused", method="", wording_version="")

    with unit_of_work(people.coordinator.context):
        assert not Referral.objects.filter(parent=with_coordinator).exists()
    hand_on(people, with_coordinator)


def test_hand_on_is_for_whoever_works_on_the_case(people, with_coordinator):
    to = Agency.objects.get(code="wirral-idva")
    reference = with_coordinator.reference
    with pytest.raises(PermissionDenied):
        actions.hand_on(reference, to, given.consent(), by=people.cheshire_officer)
    with pytest.raises(Referral.DoesNotExist):
        actions.hand_on(reference, to, given.consent(), by=people.adviser)


def test_an_onward_referral_without_the_duty_ends_nobodys(people, sent):
    """Liverpool's adviser goes on owing the visit, whoever counsels her meanwhile."""
    taken = actions.take(sent.reference, by=people.adviser)
    child = given.an_onward_referral(taken, people.adviser, "rowan")

    actions.take(child.reference, by=people.caseworker)

    assert follow_up(people.adviser, taken).ended_at is None


def test_a_pause_ends_with_what_another_agency_took_and_wakes_nobody(people, with_coordinator):
    review_at = datetime.now(UTC) + timedelta(hours=6)
    reference = with_coordinator.reference
    paused = actions.pause(
        reference, by=people.coordinator, reason="not_alone", review_at=review_at
    )
    child = hand_on(people, with_coordinator)

    def standing():
        with unit_of_work(people.coordinator.context):
            waiting = Rung.objects.filter(about=paused.pk, fired_at=None, settled_at=None)
            return Pause.objects.get(pk=paused.pk).ended_at, waiting.count()

    assert standing() == (None, 2)

    taken = actions.take(child.reference, by=people.wirral_adviser)

    assert standing() == (taken.answered_at, 0)
    assert follow_up(people.wirral_adviser, child).paused_at is None
