"""Attempts to be in touch: inside her safe times, or with a reason, and what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from visits import actions
from visits.actions.booking import OutsideReason
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


def test_record_attempt_outside_safe_times_without_a_reason_is_refused(people, taken):
    monday_night = an_attempt(at=datetime(2026, 11, 16, 23, tzinfo=UTC), outside_reason="")
    monday_morning = an_attempt(at=datetime(2026, 11, 16, 10, tzinfo=UTC), outside_reason="")

    with pytest.raises(NotWellFormed, match="safe times"):
        actions.record_attempt(taken.reference, monday_night, by=people.adviser)
    row = actions.record_attempt(taken.reference, monday_morning, by=people.adviser)

    assert row.in_safe_time
    with unit_of_work(people.adviser.context):
        assert ContactAttempt.objects.count() == 1


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
