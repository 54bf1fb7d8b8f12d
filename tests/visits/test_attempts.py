"""Attempts to be in touch: inside her safe times, or with a reason, and what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from directory.contact import HOLDS_CONTACT
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.visits.conftest import refer
from visits import actions
from visits.actions.booking import OutsideReason
from visits.clock import SKEW
from visits.models import ContactAttempt, FollowUp, Visit


@pytest.fixture
def taken(people, sent):
    return actions.take(sent.reference, by=people.adviser)


def an_attempt(outcome="no_reply", **changes):
    given = {
        "channel": "phone_call",
        "outcome": outcome,
        "at": datetime.now(UTC),
        "outside_reason": OutsideReason.SHE_ASKED,
    }
    return actions.Attempt(**{**given, **changes})


@pytest.fixture
def taken_late(people):
    """Taken nearly a fortnight after the visit, so that any hour of last week lies after it."""
    sent = refer(people, ago=timedelta(days=13))
    return actions.take(sent.reference, by=people.adviser)


def last_monday(hour):
    """An hour of the last whole Monday, in UTC: the mornings are safe, the nights are not."""
    now = datetime.now(UTC)
    monday = now - timedelta(days=now.weekday() or 7)
    return monday.replace(hour=hour, minute=0, second=0, microsecond=0)


def feedback_on(taken, people):
    with unit_of_work(people.officer.context):
        return Referral.objects.get(pk=taken.pk).feedback


def test_record_attempt_without_reply_leaves_the_duty_open(people, taken):
    actions.record_attempt(taken.reference, an_attempt(), by=people.adviser)

    with unit_of_work(people.adviser.context):
        follow_up = FollowUp.objects.get(referral=taken)
        assert follow_up.attempts.count() == 1
        assert follow_up.contacted_at is None
    assert feedback_on(taken, people) == ""


def test_record_attempt_that_reached_her_meets_the_duty_and_tells_the_referrer(people, taken):
    actions.record_attempt(taken.reference, an_attempt("spoke"), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert FollowUp.objects.get(referral=taken).contacted_at
    assert feedback_on(taken, people) == "contacted"


def test_record_attempt_somebody_else_answered_holds_all_contact(people, taken):
    actions.record_attempt(taken.reference, an_attempt("somebody_else_answered"), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert Referral.objects.get(pk=taken.pk).contact == "held"
    assert feedback_on(taken, people) == "not_safe"


@pytest.mark.parametrize("outcome", ["spoke", "no_reply", "wrong_number", "returned"])
def test_record_attempt_outside_safe_times_without_a_reason_is_refused(people, taken_late, outcome):
    monday_night = an_attempt(outcome, at=last_monday(23), outside_reason="")
    monday_morning = an_attempt(outcome, at=last_monday(10), outside_reason="")

    with pytest.raises(NotWellFormed, match="safe times"):
        actions.record_attempt(taken_late.reference, monday_night, by=people.adviser)
    row = actions.record_attempt(taken_late.reference, monday_morning, by=people.adviser)

    assert row.in_safe_time
    with unit_of_work(people.adviser.context):
        assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize("outcome", sorted(HOLDS_CONTACT))
def test_record_attempt_that_holds_contact_is_never_refused_for_want_of_a_reason(
    people, taken_late, outcome
):
    attempt = an_attempt(outcome, at=last_monday(23), outside_reason="")

    row = actions.record_attempt(taken_late.reference, attempt, by=people.adviser)

    assert (row.in_safe_time, row.outside_reason) == (False, "")
    with unit_of_work(people.adviser.context):
        assert Referral.objects.get(pk=taken_late.pk).contact == "held"


def test_record_attempt_before_the_police_visit_is_refused(people, taken):
    ended = taken.visit_ended_at
    too_early = an_attempt("spoke", at=ended - SKEW - timedelta(seconds=1))
    ancient = an_attempt("spoke", at=datetime(2000, 1, 1, tzinfo=UTC))

    for attempt in (too_early, ancient):
        with pytest.raises(NotWellFormed, match="before the police visit"):
            actions.record_attempt(taken.reference, attempt, by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert FollowUp.objects.get(referral=taken).contacted_at is None
    at_once = an_attempt("spoke", at=ended - SKEW)
    assert actions.record_attempt(taken.reference, at_once, by=people.adviser).at == ended - SKEW


def test_record_attempt_in_the_future_is_refused(people, taken):
    later = an_attempt(at=datetime.now(UTC) + timedelta(hours=1))

    with pytest.raises(NotWellFormed, match="future"):
        actions.record_attempt(taken.reference, later, by=people.adviser)


def test_note_of_an_attempt_is_the_agencys_own(people, taken):
    actions.record_attempt(taken.reference, an_attempt(note="A dog barked."), by=people.adviser)

    ours = open_case(taken.reference, by=people.adviser)
    theirs = open_case(taken.reference, by=people.officer)

    assert {"text": "A dog barked."} in [record.document for record in ours.records]
    assert {"text": "A dog barked."} not in [record.document for record in theirs.records]


def test_record_outcome_done_ends_the_follow_up(people, taken):
    actions.record_outcome(taken.reference, "done", by=people.adviser)

    with pytest.raises(MoveNotAllowed, match="still runs"):
        actions.record_attempt(taken.reference, an_attempt(), by=people.adviser)
    assert feedback_on(taken, people) == "visited"


@pytest.mark.parametrize("outcome", ["not_in", "rearranged", "aborted"])
def test_record_outcome_that_met_nobody_ends_the_visit_but_not_the_duty(people, taken, outcome):
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=datetime.now(UTC) + timedelta(hours=1),
        outside_reason=OutsideReason.SHE_ASKED,
    )
    visit = actions.book(taken.reference, booking, by=people.adviser)

    follow_up = actions.record_outcome(taken.reference, outcome, by=people.adviser)

    assert follow_up.ended_at is None
    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=visit.pk).status == Visit.Status.ENDED


def test_record_outcome_that_is_not_listed_is_refused(people, taken):
    with pytest.raises(ReasonMissing):
        actions.record_outcome(taken.reference, "vanished", by=people.adviser)


def test_record_attempt_by_a_colleague_it_is_not_with_is_refused(people, taken):
    with pytest.raises(PermissionDenied):
        actions.record_attempt(taken.reference, an_attempt(), by=people.second_adviser)

    assert actions.record_attempt(taken.reference, an_attempt(), by=people.duty_manager)


def test_record_attempt_by_another_agency_finds_nothing(people, taken):
    with pytest.raises(Referral.DoesNotExist):
        actions.record_attempt(taken.reference, an_attempt(), by=people.wirral_adviser)

    assert actions.record_attempt(taken.reference, an_attempt(), by=people.adviser)


def test_record_attempt_after_the_referral_was_closed_is_refused(people, taken):
    referring.close(taken.reference, by=people.adviser, reason="planned")

    with pytest.raises(PermissionDenied):
        actions.record_attempt(taken.reference, an_attempt(), by=people.adviser)


def test_record_attempt_somebody_else_answered_holds_it_for_services_too(people, taken):
    before = given.an_onward_referral(taken, people.adviser, "rowan")
    control = before.contact

    actions.record_attempt(taken.reference, an_attempt("somebody_else_answered"), by=people.adviser)
    after = given.an_onward_referral(taken, people.adviser, "linden")

    with unit_of_work(people.caseworker.context):
        assert Referral.objects.get(pk=before.pk).contact == "held"
    assert (control, after.contact) == ("allowed", "held")
