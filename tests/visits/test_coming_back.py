"""A duty that was handed on, and that its taker may not do any more, is owed again above."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import Agency
from referrals import actions as referring
from referrals.actions.referring_on import Passage
from referrals.models.consent import Purpose
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told
from tests.visits.test_handing_on import (  # noqa: F401 -- a fixture
    CLOCKS,
    follow_up,
    hand_on,
    with_coordinator,
)
from tests.world import People
from visits import actions, sweeping
from visits.models import Rung

CAME_BACK = "follow_up.came_back"
UNANSWERED = "follow_up.came_back_unanswered"


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """A house of its own, as the clock works by another role here."""
    with django_db_blocker.unblock(), databases.clone():
        yield People()


@pytest.fixture
def handed_on(people, with_coordinator):  # noqa: F811 -- pytest's way
    """The coordinators' referral, and what Wirral's advisers took of it."""
    child = hand_on(people, with_coordinator)
    return with_coordinator, actions.take(child.reference, by=people.wirral_adviser)


def take_back(people, child, reason="sent_in_error"):
    return actions.withdraw(child.reference, by=people.coordinator, reason=reason)


def standing(member, referral):
    duty = follow_up(member, referral)
    return duty.outcome, duty.ended_at is None


def waiting(member, referral):
    with unit_of_work(member.context):
        about = Rung.objects.filter(about=follow_up(member, referral).pk, fired_at=None)
        return {*about.filter(settled_at=None).values_list("kind", flat=True)}


def sweep(at):
    with databases.signed_in_as(databases.WORKER):
        sweeping.sweep(at)


def times_told(member, kind, referral):
    return told(member).count((kind, referral.reference))


@pytest.mark.parametrize("reason", ["sent_in_error", "consent_withdrawn"])
def test_taken_back_it_is_owed_by_whoever_handed_it_on(people, handed_on, reason):
    ours, theirs = handed_on
    before = follow_up(people.coordinator, ours)
    assert standing(people.coordinator, ours) == ("handed_on", False)

    take_back(people, theirs, reason)

    after = follow_up(people.coordinator, ours)
    assert standing(people.coordinator, ours) == ("", True)
    assert [getattr(after, name) for name in CLOCKS] == [getattr(before, name) for name in CLOCKS]
    assert {"one_hour", "due", "late", "came_back"} <= waiting(people.coordinator, ours)
    assert as_owner(
        "SELECT outcome, ended_at IS NULL FROM visits_followup WHERE referral_id = %s", theirs.pk
    ) == [("agreement_ended", False)]


def test_it_can_be_worked_on_and_handed_on_again(people, handed_on):
    ours, theirs = handed_on
    take_back(people, theirs)

    actions.acknowledge(ours.reference, by=people.coordinator)
    again = hand_on(people, ours)
    actions.take(again.reference, by=people.wirral_adviser)

    assert standing(people.coordinator, ours) == ("handed_on", False)
    assert standing(people.wirral_adviser, again) == ("", True)


def test_whose_it_is_is_woken_at_once_and_again_in_half_an_hour(people, handed_on):
    ours, theirs = handed_on
    take_back(people, theirs)
    now = datetime.now(UTC)

    sweep(now)
    assert times_told(people.coordinator, CAME_BACK, ours) == 1
    sweep(now + timedelta(minutes=29))
    assert times_told(people.coordinator, UNANSWERED, ours) == 0
    sweep(now + timedelta(minutes=31))

    assert times_told(people.coordinator, CAME_BACK, ours) == 1
    assert times_told(people.coordinator, UNANSWERED, ours) == 1
    assert waiting(people.coordinator, ours).isdisjoint({"came_back", "came_back_unanswered"})


def test_nobody_is_woken_again_who_has_acted(people, handed_on):
    ours, theirs = handed_on
    take_back(people, theirs)
    now = datetime.now(UTC)
    sweep(now)

    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        actions.acknowledge(ours.reference, by=people.coordinator)
    sweep(now + timedelta(minutes=31))

    assert times_told(people.coordinator, CAME_BACK, ours) == 1
    assert times_told(people.coordinator, UNANSWERED, ours) == 0


def test_contact_made_meanwhile_is_made_and_somebody_is_told_all_the_same(people, handed_on):
    ours, theirs = handed_on
    as_owner("UPDATE visits_followup SET contacted_at = now() WHERE referral_id = %s", theirs.pk)

    take_back(people, theirs)
    sweep(datetime.now(UTC))

    contacted = as_owner("SELECT contacted_at FROM visits_followup WHERE referral_id = %s", ours.pk)
    assert contacted[0][0] is not None
    assert standing(people.coordinator, ours) == ("", True)
    assert times_told(people.coordinator, CAME_BACK, ours) == 1


def test_a_duty_that_was_met_does_not_come_back(people, handed_on):
    ours, theirs = handed_on
    actions.record_outcome(theirs.reference, "done", by=people.wirral_adviser)

    take_back(people, theirs)

    assert standing(people.coordinator, ours) == ("handed_on", False)


def test_it_comes_back_by_the_clock_where_the_agreement_ran_out(people, handed_on):
    ours, theirs = handed_on
    as_owner(
        "UPDATE referrals_grant SET expires_at = now(), revoked_at = now() WHERE case_id = %s"
        " AND agency_id = %s",
        theirs.case_id,
        people.wirral_adviser.agency_id,
    )

    sweep(datetime.now(UTC))

    assert standing(people.coordinator, ours) == ("", True)


def test_it_does_not_come_back_to_whom_the_case_is_closed_as_well(people, handed_on):
    """Her agreement ended for both: nobody may go, and nobody is told to."""
    ours, theirs = handed_on
    as_owner(
        "UPDATE referrals_grant SET expires_at = now(), revoked_at = now() WHERE case_id = %s",
        theirs.case_id,
    )

    sweep(datetime.now(UTC))

    assert as_owner(
        "SELECT outcome FROM visits_followup WHERE referral_id = ANY (%s) ORDER BY outcome",
        [ours.pk, theirs.pk],
    ) == [("agreement_ended",), ("handed_on",)]


def test_it_comes_back_past_whoever_handed_it_on_in_between(people, handed_on):
    """Coordinators to Wirral to Liverpool: Wirral was taken back while Liverpool went on."""
    ours, theirs = handed_on
    to = Agency.objects.get(code="liverpool-idva")
    agreed = given.consent()
    third = actions.hand_on(theirs.reference, to, agreed, by=people.wirral_adviser)
    actions.take(third.reference, by=people.adviser)

    take_back(people, theirs)
    assert standing(people.coordinator, ours) == ("handed_on", False)
    assert standing(people.adviser, third) == ("", True)
    as_owner(
        "UPDATE referrals_grant SET expires_at = now(), revoked_at = now() WHERE case_id = %s"
        " AND agency_id = %s",
        third.case_id,
        people.adviser.agency_id,
    )
    sweep(datetime.now(UTC))

    assert standing(people.coordinator, ours) == ("", True)


def test_it_comes_back_from_an_agency_that_works_on_the_case_by_another_referral(people, handed_on):
    """Their access stays, and what they had booked for the duty does not."""
    ours, theirs = handed_on
    marac = Passage(to=people.wirral_adviser.agency, purpose=Purpose.MARAC, consent=given.consent())
    other = referring.pass_on(ours.reference, marac, by=people.coordinator)
    referring.accept(other.reference, by=people.wirral_adviser)

    take_back(people, theirs)

    assert standing(people.coordinator, ours) == ("", True)
    assert standing(people.wirral_adviser, theirs) == ("agreement_ended", False)
    with unit_of_work(people.wirral_adviser.context):
        assert open_case(other.reference, by=people.wirral_adviser)


def test_rungs_that_a_pause_held_fire_again(people, with_coordinator):  # noqa: F811
    review_at = datetime.now(UTC) + timedelta(hours=6)
    reference = with_coordinator.reference
    actions.pause(reference, by=people.coordinator, reason="not_alone", review_at=review_at)
    child = hand_on(people, with_coordinator)
    actions.take(child.reference, by=people.wirral_adviser)

    take_back(people, child)

    assert follow_up(people.coordinator, with_coordinator).paused_at is None
    held = "SELECT count(*) FROM visits_rung WHERE reference = %s AND available_at <> due_at"
    assert as_owner(held, reference) == [(0,)]
