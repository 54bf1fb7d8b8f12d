"""What the rota says of a booking: who may go alone, and who is at work."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.errors import NotWellFormed
from rota.models import AdviserAbilities
from tenancy.work import unit_of_work
from tests.rota.conftest import a_leave, a_pattern, week
from tests.visits.going_out import book, check, outing_of
from tests.visits.test_booking import a_booking
from visits import actions
from visits.models import Visit

ALL_WEEK = week(*((day, hour, hour + 12) for day in range(7) for hour in (0, 12)))
HOURS = timedelta(hours=1)


@pytest.fixture
def taken(people, sent):
    return actions.take(sent.reference, by=people.adviser)


def let_go_alone(member):
    with unit_of_work(member.context):
        AdviserAbilities.objects.create(
            membership=member,
            agency_id=member.agency_id,
            areas=[],
            languages=[],
            specialisms=[],
            may_visit_alone=True,
        )


def test_book_somebody_alone_who_may_not_is_refused_and_leaves_nothing(people, taken):
    a_pattern(people.adviser, ALL_WEEK)

    with pytest.raises(NotWellFormed, match="Adviser may not visit alone") as refused:
        actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)

    assert refused.value.field == "second_worker"
    with unit_of_work(people.adviser.context):
        assert not Visit.objects.exists()
    let_go_alone(people.adviser)
    assert actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)


def test_book_two_who_may_not_go_alone_is_fine(people, taken):
    for who in (people.adviser, people.second_adviser):
        a_pattern(who, ALL_WEEK)

    together = a_booking(people.adviser, second_worker=people.second_adviser)
    assert actions.book(taken.reference, together, by=people.adviser)


def test_book_outside_their_shift_wants_a_reason(people, taken):
    a_pattern(people.adviser, ALL_WEEK)
    let_go_alone(people.adviser)
    a_leave(people.adviser, datetime.now(UTC) + 3.5 * HOURS, datetime.now(UTC) + 9 * HOURS)

    with pytest.raises(NotWellFormed, match="Adviser is not on shift") as refused:
        actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)

    assert refused.value.field == "off_shift_reason"
    agreed = a_booking(people.adviser, off_shift_reason="agreed")
    assert actions.book(taken.reference, agreed, by=people.adviser).off_shift_reason == "agreed"


def test_book_a_second_worker_outside_their_shift_wants_a_reason(people, taken):
    a_pattern(people.adviser, ALL_WEEK)
    together = a_booking(people.adviser, second_worker=people.second_adviser)

    with pytest.raises(NotWellFormed, match="Second Adviser is not on shift"):
        actions.book(taken.reference, together, by=people.adviser)

    a_pattern(people.second_adviser, ALL_WEEK)
    assert actions.book(taken.reference, together, by=people.adviser)


def test_book_where_no_rota_is_kept_asks_for_nothing(people, taken):
    assert actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)


def test_check_that_lets_somebody_go_alone_who_may_not_is_refused(people, own_database):
    referral = book(people)  # before the agency kept a rota
    a_pattern(people.adviser, ALL_WEEK)

    with pytest.raises(NotWellFormed, match="may not visit alone"):
        check(people, referral)

    assert outing_of(people, referral).buddy is None
    let_go_alone(people.adviser)
    assert check(people, referral)
