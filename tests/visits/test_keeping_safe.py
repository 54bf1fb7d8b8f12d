"""Leaving, being late, coming back, breaking off: each act once, however often it is tapped."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests.at_once import at_once
from tests.visits.going_out import MINUTE, book, check, events, out, outing_of, rungs
from visits import actions
from visits.models import FollowUp, Outing, SafetyEvent, Visit, VisitWorker
from visits.models.safety import MOST_EXTENSIONS


def test_booking_a_visit_somebody_leaves_for_expects_them_to_leave(people, own_database):
    referral = book(people)

    outing = outing_of(people, referral)
    assert (outing.adviser, outing.buddy, outing.began_at) == (people.adviser, None, None)
    assert rungs() == [("not_started", outing.starts_at + 15 * MINUTE)]


def test_booking_a_visit_at_our_office_expects_nobody_to_leave(people, own_database):
    book(people, venue="our_office")
    book(people, by=people.second_adviser, kind="call", venue="phone")

    assert rungs() == []


def test_begin_owes_the_whole_ladder_at_once(people, own_database):
    outing = outing_of(people, out(people))

    ends = outing.expected_end_at
    assert ends == outing.starts_at + 60 * MINUTE
    assert [rung for rung in rungs() if rung[0] != "began"] == [
        ("overdue_all", ends + 30 * MINUTE),
        ("overdue_buddy", ends),
        ("overdue_manager", ends + 15 * MINUTE),
    ]


def test_begin_hours_too_early_is_refused(people):
    referral = book(people, minutes_from_now=5 * 60)
    check(people, referral)

    with pytest.raises(MoveNotAllowed, match="too early"):
        actions.begin(referral.reference, by=people.adviser)

    assert outing_of(people, referral).began_at is None


@pytest.mark.parametrize(
    "act",
    [
        actions.begin,
        actions.come_back,
        actions.abort,
        partial(actions.call_off, reason="refused"),
        partial(actions.extend, minutes=15, until=datetime.now(UTC)),
    ],
)
def test_only_those_who_go_act_for_themselves(people, act):
    referral = book(people)
    check(people, referral)

    with pytest.raises(PermissionDenied):
        act(referral.reference, by=people.duty_manager)
    with pytest.raises(Referral.DoesNotExist):
        act(referral.reference, by=people.wirral_adviser)
    with pytest.raises(PermissionDenied):
        act(referral.reference, by=people.officer)

    assert events(people, referral) == []
    assert actions.begin(referral.reference, by=people.adviser).began_at


def test_every_act_twice_is_once(people, own_database):
    referral = book(people)
    check(people, referral)
    adviser = people.adviser

    def twice(act, **given):
        return at_once([partial(act, referral.reference, by=adviser, **given)] * 2)

    assert all(isinstance(one, Outing) for one in twice(actions.begin))
    until = outing_of(people, referral).expected_end_at
    assert all(isinstance(one, Outing) for one in twice(actions.extend, minutes=30, until=until))
    assert outing_of(people, referral).expected_end_at == until + 30 * MINUTE
    assert all(isinstance(one, Outing) for one in twice(actions.come_back))
    assert events(people, referral) == ["began", "extended", "back"]


def test_extend_moves_the_ladder_and_is_counted(people, own_database):
    referral = out(people)
    until = outing_of(people, referral).expected_end_at

    for nth in range(MOST_EXTENSIONS):
        moved = actions.extend(referral.reference, 15, until=until, by=people.adviser)
        assert moved.expected_end_at == until + 15 * MINUTE
        assert moved.extensions == nth + 1
        until = moved.expected_end_at

    refused = actions.extend(referral.reference, 15, until=until, by=people.adviser)
    assert (refused.expected_end_at, refused.extensions) == (until, MOST_EXTENSIONS)
    owed = dict(rungs())
    assert owed["overdue_buddy"] == until
    assert len([kind for kind, _ in rungs() if kind.startswith("overdue")]) == 3


def test_extend_by_what_is_not_offered_is_refused(people):
    referral = out(people)
    until = outing_of(people, referral).expected_end_at

    with pytest.raises(NotWellFormed):
        actions.extend(referral.reference, 600, until=until, by=people.adviser)

    assert outing_of(people, referral).expected_end_at == until


def test_come_back_makes_the_ladder_needless_and_tells_the_buddy(people, own_database):
    referral = out(people)

    actions.come_back(referral.reference, by=people.adviser)

    assert [kind for kind, _ in rungs()] == ["back"]
    assert outing_of(people, referral).ended_how == "back"
    with unit_of_work(people.adviser.context):
        assert Visit.objects.get().status == "booked"  # what came of it is recorded apart


def test_abort_ends_the_visit_and_not_the_duty(people, own_database):
    referral = out(people)

    actions.abort(referral.reference, by=people.adviser)

    with unit_of_work(people.adviser.context):
        visit = Visit.objects.get()
        assert (visit.status, visit.outcome) == ("ended", "aborted")
        assert not VisitWorker.objects.filter(is_booked=True).exists()
        assert FollowUp.objects.get(referral=referral).ended_at is None
    assert [kind for kind, _ in rungs()] == ["aborted"]


def test_coming_back_without_having_left_changes_nothing(people, own_database):
    referral = book(people)
    check(people, referral)

    assert actions.come_back(referral.reference, by=people.adviser).ended_at is None
    assert actions.abort(referral.reference, by=people.adviser).ended_at is None

    assert events(people, referral) == []
    assert actions.begin(referral.reference, by=people.adviser).began_at


def test_call_off_expects_nobody(people, own_database):
    referral = book(people)

    with pytest.raises(ReasonMissing):
        actions.call_off(referral.reference, "nonsense", by=people.adviser)
    actions.call_off(referral.reference, "refused", by=people.adviser)
    actions.call_off(referral.reference, "refused", by=people.adviser)

    assert events(people, referral) == ["called_off"]
    assert rungs() == []


def test_call_off_after_leaving_is_refused(people):
    referral = out(people)

    with pytest.raises(MoveNotAllowed, match="left already"):
        actions.call_off(referral.reference, "refused", by=people.adviser)

    assert outing_of(people, referral).is_under_way


def test_a_visit_is_not_moved_or_cancelled_from_under_those_who_are_out(people):
    referral = out(people)
    later = actions.Booking(
        adviser=people.adviser,
        starts_at=datetime.now(UTC) + timedelta(hours=5),
        venue="home",
        outside_reason="she_asked",
        moved_reason="she_asked",
    )

    with pytest.raises(MoveNotAllowed, match="out on this visit"):
        actions.book(referral.reference, later, by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="out on this visit"):
        actions.cancel(referral.reference, by=people.adviser, reason="she_asked")

    actions.come_back(referral.reference, by=people.adviser)
    assert actions.book(referral.reference, later, by=people.adviser)


def test_cancelling_or_moving_a_visit_expects_nobody_at_the_old_time(people, own_database):
    referral = book(people)
    later = datetime.now(UTC) + timedelta(hours=5)
    moved = actions.Booking(
        adviser=people.adviser,
        starts_at=later,
        venue="home",
        outside_reason="she_asked",
        moved_reason="she_asked",
    )

    actions.book(referral.reference, moved, by=people.adviser)
    assert rungs() == [("not_started", later + 15 * MINUTE)]

    actions.cancel(referral.reference, by=people.adviser, reason="she_asked")
    assert rungs() == []


def test_recording_how_a_visit_ended_leaves_whoever_is_out_expected(people, own_database):
    referral = out(people)

    actions.record_outcome(referral.reference, "not_in", by=people.adviser)

    assert outing_of(people, referral).is_under_way
    assert "overdue_buddy" in dict(rungs())
    assert actions.come_back(referral.reference, by=people.adviser).ended_how == "back"


def test_recording_how_a_visit_ended_expects_nobody_who_never_left(people, own_database):
    referral = book(people)

    actions.record_outcome(referral.reference, "not_in", by=people.adviser)

    assert outing_of(people, referral).ended_how == "called_off"
    assert rungs() == []


@pytest.mark.parametrize("attempt", range(3))
def test_breaking_off_while_a_colleague_records_the_visit_waits_and_goes_through(
    people, own_database, attempt
):
    referral, adviser, manager = out(people), people.adviser, people.duty_manager

    came_of = at_once(
        [
            partial(actions.abort, referral.reference, by=adviser),
            partial(actions.record_outcome, referral.reference, "not_in", by=manager),
        ]
    )

    assert [type(one).__name__ for one in came_of] == ["Outing", "FollowUp"]
    assert outing_of(people, referral).ended_how == "aborted"


IMPOSSIBLE = {
    "visits_outing_begun_has_a_buddy_and_an_end": {"began_at": datetime.now(UTC)},
    "visits_outing_ended_says_how": {"ended_at": datetime.now(UTC)},
    "visits_outing_nobody_comes_back_who_did_not_go": {
        "ended_at": datetime.now(UTC),
        "ended_how": "back",
    },
    "visits_outing_extended_so_many_times": {"extensions": MOST_EXTENSIONS + 1},
    "visits_outing_duress_before_its_answer": {"duress_answered_at": datetime.now(UTC)},
}


@pytest.mark.parametrize(("name", "changes"), IMPOSSIBLE.items())
def test_impossible_outings_are_refused_by_name(people, name, changes):
    book(people)

    with unit_of_work(people.adviser.context):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Outing.objects.update(**changes)

        assert Outing.objects.update(extensions=MOST_EXTENSIONS) == 1


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("visits_safetyevent_answer_says_what_was_found", {"kind": "answered"}),
        ("visits_safetyevent_answer_says_what_was_found", {"kind": "back", "finding": "no_answer"}),
        ("visits_safetyevent_says_until_when", {"kind": "began"}),
        ("visits_safetyevent_not_going_says_why", {"kind": "called_off"}),
    ],
)
def test_impossible_events_are_refused_by_name(people, name, given):
    outing = outing_of(people, book(people))
    row = {
        "visit_id": outing.pk,
        "agency_id": outing.agency_id,
        "by": people.adviser,
        "at": datetime.now(UTC),
    }

    with unit_of_work(people.adviser.context):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            SafetyEvent.objects.create(**row, **given)

        SafetyEvent.objects.create(**row, kind="back")


def test_what_happened_is_never_changed_or_removed(people):
    referral = out(people)

    with unit_of_work(people.adviser.context):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            SafetyEvent.objects.update(kind="back")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            SafetyEvent.objects.all().delete()
    assert events(people, referral) == ["began"]
