"""A service's waiting list: with a day, without a key, and nobody is forgotten on it."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from directory.safe_times import LONDON
from referrals import actions
from referrals.errors import AccessEnded, MoveNotAllowed, NotWellFormed
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import found_faults, told
from tests.referrals.test_chasing import SOON, chased, sweep

IN_FOUR_WEEKS = 28


def days_on(days):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def taken(own_database, people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def onward(taken, people):
    return given.an_onward_referral(taken, people.adviser, "rowan")


def wait(referral, by, days=IN_FOUR_WEEKS):
    return actions.wait(referral.reference, by=by, expected_on=days_on(days))


def test_whoever_waits_is_unanswered_and_their_day_is_the_time_to_answer_by(people, onward):
    wait(onward, people.caseworker)

    seen = see(onward.reference, by=people.adviser)
    five = datetime.combine(days_on(IN_FOUR_WEEKS), datetime.min.time(), LONDON).replace(hour=17)
    assert (seen.status, seen.expected_on) == (Status.SENT, days_on(IN_FOUR_WEEKS))
    assert seen.answer_due_at == five
    assert ("referral.wait", onward.reference) in told(people.adviser)


def test_no_key_is_passed_while_they_wait_and_it_is_when_they_are_taken_on(people, onward):
    wait(onward, people.caseworker)
    with pytest.raises((PermissionDenied, AccessEnded)):
        open_case(onward.reference, by=people.caseworker)

    actions.accept(onward.reference, by=people.caseworker)

    assert open_case(onward.reference, by=people.caseworker).records
    assert found_faults() == []


def test_nobody_is_chased_before_the_day_and_somebody_is_on_it(people, onward):
    first_due = onward.answer_due_at
    sweep(first_due + SOON)
    wait(onward, people.caseworker)

    sweep(first_due + timedelta(days=7))
    before = chased(onward, people.adviser, people.caseworker)
    sweep(see(onward.reference, by=people.adviser).answer_due_at)

    assert before == [1, 1]
    assert chased(onward, people.adviser, people.caseworker) == [2, 2]


def test_day_can_be_changed_and_each_is_in_the_timeline(people, onward):
    for days in (7, 14):
        wait(onward, people.caseworker, days)

    assert see(onward.reference, by=people.adviser).expected_on == days_on(14)
    with unit_of_work(people.adviser.context):
        waits = onward.events.filter(move="wait").order_by("at")
        reasons = list(waits.values_list("reason", flat=True))
    assert reasons == [str(days_on(7)), str(days_on(14))]


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_day_is_to_come_and_within_a_year(people, onward, days):
    with pytest.raises(NotWellFormed, match="after today"):
        wait(onward, people.caseworker, days)

    assert see(onward.reference, by=people.adviser).expected_on is None
    wait(onward, people.caseworker, 365)


def test_sender_takes_it_elsewhere_meanwhile(people, onward):
    wait(onward, people.caseworker)

    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    with pytest.raises(MoveNotAllowed):
        wait(onward, people.caseworker, 3)


def test_only_the_service_that_was_asked_has_the_list(people, onward):
    with pytest.raises(PermissionDenied):
        wait(onward, people.adviser)
    with pytest.raises(Referral.DoesNotExist):
        wait(onward, people.other_caseworker)

    wait(onward, people.caseworker)


def test_desk_that_follows_up_a_police_visit_has_none(own_database, people):
    sent = given.a_sent_referral(people.officer)

    with pytest.raises(PermissionDenied):
        wait(sent, people.adviser)
    actions.accept(sent.reference, by=people.adviser)
