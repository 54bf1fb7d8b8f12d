"""Whoever must not know of a case is neither woken for it, nor planned, booked or reminded."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals import actions as referring
from referrals.actions.declaring import Known
from referrals.errors import NotWellFormed
from tenancy.work import unit_of_work
from tests import given
from tests.visits import going_out
from tests.visits.planner.conftest import a_taken_one, able, planned, proposals
from tests.visits.test_cover import booked as a_booking
from tests.visits.test_cover import left, taken
from tests.visits.test_staffing import fire
from visits import actions
from visits.actions.handing_over import CannotHandOver
from visits.calendar import feed_of, open_feed, taken_times
from visits.handing import loads
from visits.models import Audience, FollowUp, Visit
from visits.planner.asking import ask_for_plan

__all__ = ["able", "fire", "planned"]
NOT_OFFERED = r"Choose a colleague who works on cases\."
NOT_THERE = r"They must not visit here\. Choose somebody else\."
pytestmark = pytest.mark.usefixtures("own_database")
HER_NUMBER = Known(relation="family", phone="07700 900461")


def keep_out(*members, known=HER_NUMBER):
    for member in members:
        referring.declare(known, of=member, by=member)


@pytest.fixture
def kept_out(people):
    """A referral that Liverpool's second adviser must not know of, waiting at the desk."""
    keep_out(people.second_adviser)


def test_rung_wakes_the_others_of_the_desk(people, kept_out, sent, fire):
    assert fire(Audience.DESK) == ["adviser", "duty_manager"]


def test_rung_for_somebody_kept_out_wakes_the_managers(people, kept_out, sent, fire):
    assert fire(people.second_adviser) == ["duty_manager"]


def test_rung_of_a_desk_that_is_all_kept_out_wakes_somebody_off_duty(people, kept_out, sent, fire):
    assert fire(Audience.DESK, people.second_adviser) == ["adviser", "duty_manager"]
    assert fire(Audience.DESK, people.adviser) == ["adviser"]


def test_rung_of_managers_who_are_all_kept_out_wakes_the_desk(people, fire_after):
    assert fire_after(people.duty_manager)(Audience.MANAGERS) == ["adviser", "second_adviser"]


@pytest.fixture
def fire_after(people, request):
    """The same, after somebody declared whom they know."""

    def prepared(*members):
        keep_out(*members)
        return request.getfixturevalue("fire")

    return prepared


def test_whose_case_it_was_is_woken_no_more_and_the_desk_is(people, sent, fire):
    actions.take(sent.reference, by=people.adviser)
    assert fire(Audience.WHOSE, people.adviser) == ["adviser"]

    keep_out(people.adviser)

    assert fire(Audience.WHOSE, people.second_adviser) == ["second_adviser"]


@pytest.mark.parametrize("as_what", ["adviser", "second_worker"])
def test_book_refuses_who_is_kept_out_and_takes_a_colleague(people, kept_out, as_what):
    reference, at = taken(people), datetime.now(UTC) + timedelta(hours=5)

    def booking(**who):
        goes = {"adviser": people.adviser, **who}
        return actions.Booking(starts_at=at, venue="our_office", outside_reason="she_asked", **goes)

    with pytest.raises(NotWellFormed, match=NOT_THERE):
        actions.book(reference, booking(**{as_what: people.second_adviser}), by=people.adviser)
    with unit_of_work(people.adviser.context):
        assert not Visit.objects.exists()

    actions.book(reference, booking(**{as_what: people.duty_manager}), by=people.duty_manager)


def test_buddy_is_a_colleague_for_whom_the_case_exists(people, kept_out):
    referral = going_out.book(people)

    with pytest.raises(NotWellFormed, match="Choose another colleague as the buddy"):
        going_out.check(people, referral, buddy=people.second_adviser)

    assert going_out.check(people, referral, buddy=people.duty_manager).decision == "go"


def test_plan_proposes_nobody_who_is_kept_out(able, planned):
    for _ in range(3):
        her_number = given.somebody_else(able.officer)["contact"]["phone"]
        known = Known(relation="family", phone=her_number)
        keep_out(able.second_adviser, able.duty_manager, known=known)
        a_taken_one(able)

    made = proposals(planned(), able.adviser)

    assert [each.adviser_id for each in made] == [able.adviser.pk] * 3


def test_plan_keeps_what_is_booked_with_somebody_who_is_kept_out_since(able, planned):
    kept, other = a_taken_one(able, by="second_adviser"), a_taken_one(able)
    at = datetime.now(UTC) + timedelta(hours=5)
    booking = actions.Booking(
        adviser=able.second_adviser, starts_at=at, venue="our_office", outside_reason="she_asked"
    )
    actions.book(kept.reference, booking, by=able.second_adviser)
    keep_out(able.second_adviser)

    made = proposals(planned(), able.adviser)

    assert [each.follow_up.referral.reference for each in made] == [other.reference]
    assert [each.adviser_id for each in made] != [able.second_adviser.pk]


def test_plan_shows_a_kept_out_manager_nothing_of_it(able, planned):
    a_taken_one(able)
    run = planned()
    assert len(proposals(run, able.duty_manager)) == 1

    keep_out(able.duty_manager)

    assert proposals(run, able.duty_manager) == []
    assert len(proposals(run, able.adviser)) == 1
    assert ask_for_plan(by=able.duty_manager)


def test_what_somebody_kept_out_had_in_hand_needs_somebody_else(people):
    reference = a_booking(people)
    assert left(people.duty_manager) == ([], [])

    keep_out(people.adviser)

    assert left(people.duty_manager) == ([reference], [reference])
    assert left(people.adviser) == ([], [])


def test_calendar_tells_only_of_visits_that_exist(people):
    feed = feed_of(open_feed(by=people.adviser))
    a_booking(people)

    def told():
        with unit_of_work(people.adviser.context):
            return taken_times(feed, now=datetime.now(UTC)).count()

    assert told() == 1
    keep_out(people.adviser)
    assert told() == 0


def test_hand_over_to_somebody_kept_out_is_refused_and_hands_nothing_over(people, kept_out):
    reference = taken(people)

    def hand_over(to):
        return actions.hand_over(
            people.adviser, {reference: to}, by=people.duty_manager, reason="sick"
        )

    with pytest.raises(CannotHandOver, match=NOT_OFFERED):
        hand_over(people.second_adviser)

    assert len(hand_over(people.duty_manager)) == 1


def test_counts_leave_out_what_is_kept_from_the_reader(people):
    reference = taken(people)
    keep_out(people.duty_manager)

    def seen_by(member):
        with unit_of_work(member.context):
            running = FollowUp.objects.visible_to(member).running()
            carried = loads(member.agency_id, at=datetime.now(UTC))
            return [each.referral.reference for each in running], carried

    assert seen_by(people.duty_manager) == ([], {})
    assert seen_by(people.second_adviser) == ([reference], {people.adviser.pk: (1, 0)})


def test_second_lock_hides_the_follow_up_by_itself(people):
    taken(people)
    keep_out(people.duty_manager)

    def rows(member):
        with unit_of_work(member.context):
            return FollowUp.objects.count()

    assert (rows(people.duty_manager), rows(people.second_adviser)) == (0, 1)


def test_whoever_is_out_when_a_conflict_is_found_has_others_woken_at_once_until_it_is_over(people):
    referral = going_out.out(people)
    now = datetime.now(UTC)
    going_out.sweep_at(now)
    assert ("lost_the_page", "duty_manager") not in going_out.told()

    keep_out(people.adviser)
    going_out.sweep_at(now + timedelta(seconds=10))
    going_out.sweep_at(now + timedelta(seconds=20))

    lost = [each for each in going_out.told() if each[0] == "lost_the_page"]
    assert sorted(lost) == [("lost_the_page", "duty_manager"), ("lost_the_page", "second_adviser")]
    assert going_out.outing_of(people, referral).ended_at is None
