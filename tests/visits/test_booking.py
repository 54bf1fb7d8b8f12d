"""Booking: her times, the deadline, and nobody in two places."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from referrals.errors import MoveNotAllowed, NotWellFormed
from tenancy.work import unit_of_work
from tests.at_once import at_once
from tests.visits.conftest import refer
from visits import actions
from visits.actions.booking import DoubleBooked, OutsideReason
from visits.models import Visit


@pytest.fixture
def taken(people, sent):
    return actions.take(sent.reference, by=people.adviser)


def a_booking(adviser, hours=3, **changes):
    given = {
        "adviser": adviser,
        "starts_at": datetime.now(UTC) + timedelta(hours=hours),
        "outside_reason": OutsideReason.SHE_ASKED,
        "venue": "our_office",
    }
    return actions.Booking(**{**given, **changes})


def test_book_outside_her_safe_times_wants_a_reason(people, taken):
    saturday_night = datetime(2026, 11, 28, 23, tzinfo=UTC)
    without = a_booking(people.adviser, starts_at=saturday_night, outside_reason="")

    with pytest.raises(NotWellFormed, match="say why") as refused:
        actions.book(taken.reference, without, by=people.adviser)

    assert refused.value.field == "outside_reason"
    within = a_booking(people.adviser, starts_at=saturday_night)
    assert actions.book(taken.reference, within, by=people.adviser).outside_reason == "she_asked"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"hours": -1}, "starts_at"), ({"minutes": 4}, "minutes"), ({"minutes": 241}, "minutes")],
)
def test_book_an_impossible_time_is_refused(people, taken, changes, field):
    with pytest.raises(NotWellFormed) as refused:
        actions.book(taken.reference, a_booking(people.adviser, **changes), by=people.adviser)

    assert refused.value.field == field


def test_book_somebody_of_another_agency_is_refused(people, taken):
    with pytest.raises(NotWellFormed, match="your agency"):
        actions.book(taken.reference, a_booking(people.wirral_adviser), by=people.adviser)

    assert actions.book(taken.reference, a_booking(people.second_adviser), by=people.adviser)


def test_book_one_person_as_both_workers_is_refused(people, taken):
    alone = a_booking(people.adviser, second_worker=people.adviser)
    together = a_booking(people.adviser, second_worker=people.second_adviser)

    with pytest.raises(NotWellFormed, match="somebody else"):
        actions.book(taken.reference, alone, by=people.adviser)
    assert actions.book(taken.reference, together, by=people.adviser).second_worker


def test_book_the_second_worker_of_another_visit_is_refused(people, taken):
    other = actions.take(refer(people).reference, by=people.second_adviser)
    together = a_booking(people.adviser, second_worker=people.second_adviser)
    actions.book(taken.reference, together, by=people.adviser)

    with pytest.raises(DoubleBooked):
        actions.book(other.reference, a_booking(people.second_adviser), by=people.second_adviser)

    later = a_booking(people.second_adviser, hours=4.5)
    assert actions.book(other.reference, later, by=people.second_adviser)


def test_book_again_keeps_what_was_booked_before(people, taken):
    first = actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)
    second = actions.book(taken.reference, a_booking(people.adviser, hours=5), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=first.pk).status == Visit.Status.CANCELLED
        assert Visit.objects.get(pk=second.pk).instead_of_id == first.pk


def test_cancel_leaves_the_time_free_and_the_duty_open(people, taken):
    actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)

    actions.cancel(taken.reference, by=people.adviser)

    with pytest.raises(MoveNotAllowed, match="Nothing is booked"):
        actions.cancel(taken.reference, by=people.adviser)
    assert actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)


def test_book_one_adviser_twice_at_once_lets_one_in(people, own_database):
    taken = [actions.take(refer(people).reference, by=people.adviser) for _ in range(4)]
    booking = a_booking(people.adviser)
    member = people.adviser

    came_of = at_once(
        [partial(actions.book, referral.reference, booking, by=member) for referral in taken]
    )

    assert sorted(type(one).__name__ for one in came_of) == ["DoubleBooked"] * 3 + ["Visit"]
