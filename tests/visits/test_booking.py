"""Booking: her times, the deadline, and nobody in two places."""

import json
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from directory.safe_times import LONDON, windows_of
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import ContactRule, Referral
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.at_once import at_once
from tests.visits.conftest import refer
from visits import actions
from visits.actions.booking import DoubleBooked, OutsideReason
from visits.models import FollowUp, Programme, Visit, VisitWorker


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


def a_time_within(days, clock):
    """A clock time on a weekday at least so many days from now, as an instant."""
    on = datetime.now(LONDON) + timedelta(days=days)
    on += timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
    return datetime.combine(on.date(), time.fromisoformat(clock), LONDON).astimezone(UTC)


def need_two(people, referral):
    with unit_of_work(people.adviser.context):
        FollowUp.objects.filter(referral=referral).update(needs_second_worker=True)


def give_until(people, referral, visit_by_at):
    with unit_of_work(people.adviser.context):
        FollowUp.objects.filter(referral=referral).update(visit_by_at=visit_by_at)


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
    later = a_booking(people.adviser, hours=5, moved_reason="she_asked")
    second = actions.book(taken.reference, later, by=people.adviser)

    with unit_of_work(people.adviser.context):
        before = Visit.objects.get(pk=first.pk)
        assert (before.status, before.cancel_reason) == ("cancelled", "she_asked")
        assert before.during == first.during
        assert Visit.objects.get(pk=second.pk).instead_of_id == first.pk


@pytest.mark.parametrize("reason", ["", "not_recorded", "nonsense"])
def test_book_again_without_a_reason_is_refused_and_leaves_the_booking(people, taken, reason):
    first = actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)
    later = a_booking(people.adviser, hours=5, moved_reason=reason)

    with pytest.raises(NotWellFormed) as refused:
        actions.book(taken.reference, later, by=people.adviser)

    assert refused.value.field == "moved_reason"
    with unit_of_work(people.adviser.context):
        assert [visit.pk for visit in Visit.objects.filter(status="booked")] == [first.pk]


def test_cancel_without_a_reason_is_refused_and_leaves_the_booking(people, taken):
    actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)

    with pytest.raises(ReasonMissing):
        actions.cancel(taken.reference, by=people.adviser, reason="not_recorded")

    actions.cancel(taken.reference, by=people.adviser, reason="not_safe")


def test_book_whose_end_lies_outside_her_safe_times_wants_a_reason(people, taken):
    morning = a_time_within(3, "11:30")
    long = a_booking(people.adviser, starts_at=morning, minutes=60, outside_reason="")

    with pytest.raises(NotWellFormed, match="outside their safe times"):
        actions.book(taken.reference, long, by=people.adviser)

    short = a_booking(people.adviser, starts_at=morning, minutes=30, outside_reason="")
    give_until(people, taken, morning + timedelta(days=1))
    assert actions.book(taken.reference, short, by=people.adviser).outside_reason == ""


def refer_always(people, hours_ago):
    """Taken, from somebody who may be reached at any time."""
    with unit_of_work(people.officer.context):
        details = given.details(
            documents=given.somebody_else(people.officer), safe_windows=windows_of(["any_time"])
        )
    referral = actions.refer_after_visit(
        details,
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=hours_ago),
    )
    return actions.take(referral.reference, by=people.adviser)


@pytest.fixture
def always(people):
    """Due in four hours."""
    return refer_always(people, 20)


def test_book_whose_end_lies_after_the_deadline_wants_a_reason(people, always):
    late = a_booking(people.adviser, hours=3.5, outside_reason="")

    with pytest.raises(NotWellFormed, match="This is after the deadline: say why"):
        actions.book(always.reference, late, by=people.adviser)

    in_time = a_booking(people.adviser, hours=2.5, outside_reason="")
    assert actions.book(always.reference, in_time, by=people.adviser)


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"visit_from_at": timedelta(hours=3, minutes=30)}, "before the visit may begin"),
        ({"paused_at": timedelta(0)}, "while the clock is paused"),
    ],
)
def test_book_outside_the_window_says_what_is_outside(people, always, window, said):
    with unit_of_work(people.adviser.context):
        changes = {name: datetime.now(UTC) + later for name, later in window.items()}
        FollowUp.objects.filter(referral=always).update(**changes)

    with pytest.raises(NotWellFormed, match=said):
        actions.book(
            always.reference, a_booking(people.adviser, outside_reason=""), by=people.adviser
        )

    assert actions.book(always.reference, a_booking(people.adviser), by=people.adviser)


def test_book_outside_visiting_hours_wants_a_reason_and_a_call_does_not(people, own_database):
    nine_to_five = '[{"day": "mon", "from": "09:00", "to": "09:05"}]'
    with databases.as_owner(), unit_of_work(Context.migration()):
        Programme.objects.update(visiting_hours=json.loads(nine_to_five))
    always = refer_always(people, 2)
    visit = a_booking(people.adviser, outside_reason="")

    with pytest.raises(NotWellFormed, match="outside visiting hours"):
        actions.book(always.reference, visit, by=people.adviser)

    call = a_booking(people.adviser, outside_reason="", kind="call")
    assert actions.book(always.reference, call, by=people.adviser)


def test_book_alone_where_two_are_needed_is_refused(people, taken):
    need_two(people, taken)
    alone = a_booking(people.adviser)

    with pytest.raises(NotWellFormed, match="two workers") as refused:
        actions.book(taken.reference, alone, by=people.adviser)

    assert refused.value.field == "second_worker"
    together = a_booking(people.adviser, second_worker=people.second_adviser)
    assert actions.book(taken.reference, together, by=people.adviser)


def test_call_is_made_alone_also_where_two_are_needed(people, taken):
    need_two(people, taken)

    assert actions.book(taken.reference, a_booking(people.adviser, kind="call"), by=people.adviser)


def test_cancel_leaves_the_time_free_and_the_duty_open(people, taken):
    actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)

    actions.cancel(taken.reference, by=people.adviser, reason="she_asked")

    with pytest.raises(MoveNotAllowed, match="Nothing is booked"):
        actions.cancel(taken.reference, by=people.adviser, reason="she_asked")
    assert actions.book(taken.reference, a_booking(people.adviser), by=people.adviser)


def test_book_one_adviser_twice_at_once_lets_one_in(people, own_database):
    taken = [actions.take(refer(people).reference, by=people.adviser) for _ in range(4)]
    booking = a_booking(people.adviser)
    member = people.adviser

    came_of = at_once(
        [partial(actions.book, referral.reference, booking, by=member) for referral in taken]
    )

    assert sorted(type(one).__name__ for one in came_of) == ["DoubleBooked"] * 3 + ["Visit"]


def test_book_one_person_as_adviser_and_as_second_worker_at_once_lets_one_in(people, own_database):
    mine, theirs = (actions.take(refer(people).reference, by=people.adviser) for _ in range(2))
    at = datetime.now(UTC) + timedelta(hours=3)
    member, second = people.adviser, people.second_adviser
    as_second = a_booking(member, starts_at=at, second_worker=second)
    as_adviser = a_booking(second, starts_at=at + timedelta(minutes=30))

    came_of = at_once(
        [
            partial(actions.book, mine.reference, as_second, by=member),
            partial(actions.book, theirs.reference, as_adviser, by=member),
        ]
    )

    assert sorted(type(one).__name__ for one in came_of) == ["DoubleBooked", "Visit"]


def test_moving_two_bookings_onto_one_person_at_once_lets_one_in_and_keeps_the_other(
    people, own_database
):
    member, second = people.adviser, people.second_adviser
    taken = [actions.take(refer(people).reference, by=member) for _ in range(3)]
    for nth, referral in enumerate(taken):
        actions.book(referral.reference, a_booking(member, hours=3 + 2 * nth), by=member)
    moved = a_booking(second, hours=12, moved_reason="she_asked")

    came_of = at_once(
        [partial(actions.book, referral.reference, moved, by=member) for referral in taken]
    )

    assert sorted(type(one).__name__ for one in came_of) == ["DoubleBooked"] * 2 + ["Visit"]
    with unit_of_work(member.context):
        assert Visit.objects.filter(status="booked").count() == 3
        assert Visit.objects.filter(status="booked", adviser=member).count() == 2
        assert Visit.objects.filter(status="cancelled").count() == 1
        assert VisitWorker.objects.filter(is_booked=True).count() == 3


def test_moving_the_same_booking_twice_at_once_leaves_a_chain(people, own_database, taken):
    member = people.adviser
    actions.book(taken.reference, a_booking(member), by=member)
    times = [a_booking(member, hours=hours, moved_reason="she_asked") for hours in (6, 9, 12)]

    came_of = at_once([partial(actions.book, taken.reference, each, by=member) for each in times])

    assert [type(one).__name__ for one in came_of] == ["Visit"] * 3
    with unit_of_work(member.context):
        assert Visit.objects.filter(status="booked").count() == 1
        assert Visit.objects.filter(instead_of=None).count() == 1
        assert Visit.objects.exclude(instead_of=None).count() == 3


def test_book_on_the_night_the_clocks_go_back_counts_elapsed_time(people, always):
    """From half past midnight an hour and a half runs through the hour that comes twice."""
    starts = datetime(2027, 10, 31, 0, 30, tzinfo=LONDON)
    with unit_of_work(people.adviser.context):
        sunday = [{"day": "sun", "from": "00:00", "to": "01:30"}]
        Referral.objects.filter(pk=always.pk).update(safe_windows=sunday)
        confirmed = ContactRule.objects.filter(case=always.case_id)
        confirmed.update(confirmed_at=starts - timedelta(days=1), expires_at=None)
    give_until(people, always, starts.astimezone(UTC) + timedelta(days=1))
    long = a_booking(people.adviser, starts_at=starts, minutes=90, outside_reason="")

    with pytest.raises(NotWellFormed, match="outside their safe times"):
        actions.book(always.reference, long, by=people.adviser)

    short = a_booking(people.adviser, starts_at=starts, minutes=60, outside_reason="")
    visit = actions.book(always.reference, short, by=people.adviser)
    assert visit.during.upper - visit.during.lower == timedelta(hours=1)
