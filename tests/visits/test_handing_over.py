"""Handing over: everything somebody has in hand goes at once, or none of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from audit.models import AuditEntry
from notices.models import Notice
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Assignment, Referral
from referrals.reading import open_case
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.handing import in_hand, loads
from visits.ladder import owe_rung
from visits.models import Rung, Visit


def taken(people, by=None):
    """A referral on the clock that an adviser has taken."""
    referral = refer(people)
    return actions.take(referral.reference, by=by or people.adviser)


def booked(people, referral, starts_at, by=None, **more):
    booking = actions.Booking(
        adviser=by or people.adviser,
        starts_at=starts_at,
        venue="our_office",
        outside_reason="she_asked",
        **{"second_worker": None, **more},
    )
    return actions.book(referral.reference, booking, by=people.duty_manager)


def in_hours(hours):
    return datetime.now(UTC) + timedelta(hours=hours)


def standing(people, referral):
    with unit_of_work(people.duty_manager.context):
        visits = Visit.objects.filter(follow_up__referral=referral, status=Visit.Status.BOOKED)
        return visits.select_related("instead_of").get()


def whose(people, referral):
    with unit_of_work(people.duty_manager.context):
        return Referral.objects.get(pk=referral.pk).assigned_to


def hand_over(people, *referrals, to=None, **more):
    """From the adviser to the second adviser, as the manager."""
    shares = {each.reference: to or people.second_adviser for each in referrals}
    given = {"by": people.duty_manager, "reason": "sick", **more}
    return actions.hand_over(people.adviser, shares, **given)


def test_hand_over_moves_cases_visits_and_wakings_together(people):
    with_visit, without = taken(people), taken(people)
    before = booked(people, with_visit, in_hours(5))
    with unit_of_work(people.adviser.context):
        owe_rung(
            with_visit.pk,
            "try_again",
            in_hours(1),
            agency_id=people.adviser.agency_id,
            reference=with_visit.reference,
            to=people.adviser,
        )

    handed = hand_over(people, with_visit, without)

    assert {each.reference for each in handed} == {with_visit.reference, without.reference}
    assert {whose(people, each) for each in (with_visit, without)} == {people.second_adviser}
    now = standing(people, with_visit)
    assert (now.adviser, now.during, now.instead_of) == (
        people.second_adviser,
        before.during,
        before,
    )
    with unit_of_work(people.duty_manager.context):
        assert Rung.objects.get(kind="try_again").person == people.second_adviser
        assert in_hand(people.adviser, at=datetime.now(UTC)) == []


def test_hand_over_lets_the_colleague_open_the_case_and_not_the_one_who_was_away(people):
    referral = taken(people)
    with pytest.raises(PermissionDenied):
        open_case(referral.reference, by=people.second_adviser)
    assert open_case(referral.reference, by=people.adviser).document("identity")

    hand_over(people, referral)

    opened = open_case(referral.reference, by=people.second_adviser)
    assert opened.document("identity")["given_name"] == "Zoë"
    with pytest.raises(PermissionDenied):
        open_case(referral.reference, by=people.adviser)


def test_hand_over_tells_the_colleague_and_nobody_else(people, own_database):
    referral = taken(people)

    hand_over(people, referral)

    second = people.second_adviser.pk
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        told = Notice.objects.filter(kind="referral.assign")
        assert [each.recipient_id for each in told] == [second]


def test_hand_over_is_on_the_timeline_of_the_agency_alone(people):
    referral = taken(people)

    hand_over(people, referral)

    with unit_of_work(people.duty_manager.context):
        line = Assignment.objects.get()
        assert (line.before, line.to, line.reason) == (
            people.adviser,
            people.second_adviser,
            "sick",
        )
    with unit_of_work(people.officer.context):
        assert not Assignment.objects.exists()


def test_hand_over_with_one_clash_moves_nothing_and_names_the_case(people):
    clashing, other, theirs = taken(people), taken(people), taken(people, people.second_adviser)
    at = in_hours(5)
    booked(people, clashing, at)
    booked(people, theirs, at + timedelta(minutes=30), by=people.second_adviser)

    with pytest.raises(actions.CannotHandOver, match="booked elsewhere") as refused:
        hand_over(people, clashing, other)

    assert refused.value.field == clashing.reference
    assert {whose(people, each) for each in (clashing, other)} == {people.adviser}
    assert standing(people, clashing).adviser == people.adviser
    with unit_of_work(people.duty_manager.context):
        assert not Assignment.objects.exists()
    actions.hand_over(
        people.adviser,
        {clashing.reference: people.duty_manager, other.reference: people.second_adviser},
        by=people.duty_manager,
        reason="sick",
    )
    assert whose(people, clashing) == people.duty_manager


def test_hand_over_takes_the_second_workers_place_too(people):
    hers = taken(people, people.second_adviser)
    booked(people, hers, in_hours(5), by=people.second_adviser, second_worker=people.adviser)

    hand_over(people, hers, to=people.duty_manager)

    visit = standing(people, hers)
    assert (visit.adviser, visit.second_worker) == (people.second_adviser, people.duty_manager)
    assert whose(people, hers) == people.second_adviser


def test_hand_over_of_a_case_nobody_was_chosen_for_is_refused(people):
    first, second = taken(people), taken(people)

    with pytest.raises(actions.CannotHandOver, match="Choose who takes this on"):
        hand_over(people, first)

    assert {whose(people, each) for each in (first, second)} == {people.adviser}


def test_hand_over_is_for_managers_of_the_same_agency(people):
    referral = taken(people)

    with pytest.raises(PermissionDenied):
        hand_over(people, referral, by=people.second_adviser)
    with pytest.raises(Membership.DoesNotExist):
        hand_over(people, referral, by=people.coordinator)

    assert whose(people, referral) == people.adviser
    hand_over(people, referral)
    assert whose(people, referral) == people.second_adviser


def test_hand_over_that_was_refused_is_on_record_as_refused(people):
    referral = taken(people)
    with pytest.raises(PermissionDenied):
        hand_over(people, referral, by=people.second_adviser)

    with unit_of_work(people.duty_manager.context):
        decisions = AuditEntry.objects.filter(action="hand_over").values_list("decision", flat=True)
        assert list(decisions) == ["refused"]


@pytest.mark.parametrize("who", ["wirral_adviser", "administrator", "officer"])
def test_assign_to_somebody_who_works_on_no_case_here_is_refused(people, who):
    referral = taken(people)

    with pytest.raises(NotWellFormed, match="Choose a colleague who works on cases"):
        referring.assign(
            referral.reference, getattr(people, who), by=people.duty_manager, reason="leave"
        )

    assert whose(people, referral) == people.adviser


def test_assign_needs_a_reason_and_a_case_that_is_taken(people):
    sent, referral = refer(people), taken(people)
    to, by = people.second_adviser, people.duty_manager

    with pytest.raises(ReasonMissing):
        referring.assign(referral.reference, to, by=by, reason="because")
    with pytest.raises(MoveNotAllowed):
        referring.assign(sent.reference, to, by=by, reason="leave")
    with pytest.raises(Referral.DoesNotExist):
        referring.assign(referral.reference, to, by=people.wirral_adviser, reason="leave")
    with pytest.raises(PermissionDenied):
        referring.assign(referral.reference, to, by=people.supervisor, reason="leave")

    assert referring.assign(referral.reference, to, by=by, reason="leave").assigned_to == to


def test_loads_count_cases_and_visits_by_member(people):
    first, second = taken(people), taken(people)
    booked(people, first, in_hours(5), second_worker=people.second_adviser)
    assert second.assigned_to == people.adviser

    with unit_of_work(people.duty_manager.context):
        found = loads(people.adviser.agency_id, at=datetime.now(UTC))

    assert found == {people.adviser.pk: (2, 1), people.second_adviser.pk: (0, 1)}
