"""Pausing the clocks for safety: nobody is woken, somebody looks again, and no time is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from notices.models import Notice
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.models import ClockChange, FollowUp, Pause, Rung
from visits.sweeping import sweep

HOUR = timedelta(hours=1)


@pytest.fixture
def taken(people):
    """Two hours after the police left, taken by the adviser."""
    return actions.take(refer(people).reference, by=people.adviser)


def pause(referral, member, *, reason="not_alone", hours=6):
    review_at = datetime.now(UTC) + hours * HOUR
    return actions.pause(referral.reference, by=member, reason=reason, review_at=review_at)


def follow_up_of(referral, member):
    with unit_of_work(member.context):
        return FollowUp.objects.get(referral=referral)


def clocks(follow_up):
    return follow_up.due_at, follow_up.visit_from_at, follow_up.visit_by_at


def ladder(follow_up, member):
    """When each rung of the follow-up that has not fired falls due, and may be taken."""
    with unit_of_work(member.context):
        waiting = Rung.objects.filter(follow_up=follow_up, fired_at=None).order_by("due_at")
        return {rung.kind: (rung.due_at, rung.available_at) for rung in waiting}


def test_resume_moves_both_clocks_and_the_ladder_by_the_time_paused(people, taken):
    before = follow_up_of(taken, people.adviser)
    rungs = ladder(before, people.adviser)
    pause(taken, people.adviser)
    paused_at = follow_up_of(taken, people.adviser).paused_at

    with time_machine.travel(paused_at + 5 * HOUR, tick=False):
        change = actions.resume(taken.reference, by=people.adviser)

    after = follow_up_of(taken, people.adviser)
    assert clocks(after) == tuple(instant + 5 * HOUR for instant in clocks(before))
    assert after.code_due_at == before.code_due_at
    assert after.paused_at is None
    assert ladder(after, people.adviser) == {
        kind: (due_at + 5 * HOUR, due_at + 5 * HOUR) for kind, (due_at, _) in rungs.items()
    }
    assert (change.kind, change.reason, change.by) == ("resumed", "not_alone", people.adviser)
    assert (change.old_due_at, change.new_due_at) == (before.due_at, after.due_at)


def test_pausing_twice_adds_both_times_up(people, taken):
    before = follow_up_of(taken, people.adviser)

    for hours in (2, 3):
        pause(taken, people.adviser)
        paused_at = follow_up_of(taken, people.adviser).paused_at
        with time_machine.travel(paused_at + hours * HOUR, tick=False):
            actions.resume(taken.reference, by=people.adviser)

    assert follow_up_of(taken, people.adviser).due_at == before.due_at + 5 * HOUR
    with unit_of_work(people.adviser.context):
        assert ClockChange.objects.filter(follow_up=before).count() == 2
        assert Pause.objects.filter(follow_up=before, ended_at=None).count() == 0


def test_paused_clocks_wake_nobody_and_go_on_where_they_were(own_database, people, swept):
    referral = actions.take(refer(people).reference, by=people.adviser)
    due_at = follow_up_of(referral, people.adviser).due_at
    pause(referral, people.adviser, hours=72)

    assert swept(due_at + 2 * HOUR) == {}

    with time_machine.travel(due_at + 3 * HOUR, tick=False):
        actions.resume(referral.reference, by=people.adviser)
    later = follow_up_of(referral, people.adviser).due_at
    assert later > due_at + 22 * HOUR
    assert set(swept(later - HOUR)) == {"nobodys", "four_hours", "one_hour"}


def test_review_wakes_whoever_has_it_and_the_managers(own_database, people, swept):
    referral = actions.take(refer(people).reference, by=people.adviser)
    made = pause(referral, people.adviser, hours=6)

    with unit_of_work(people.duty_manager.context):
        owed = Rung.objects.filter(about=made.pk)
        assert {(rung.kind, rung.due_at) for rung in owed} == {("pause_review", made.review_at)}
    sweep_at(made.review_at - timedelta(minutes=1))
    assert told(people) == set()

    sweep_at(made.review_at)

    assert told(people) == {people.adviser.pk, people.duty_manager.pk}


def sweep_at(at):
    with databases.signed_in_as(databases.WORKER):
        sweep(at)


def told(people):
    """Who was told to look at a pause again."""
    found = set()
    for member in (people.adviser, people.second_adviser, people.duty_manager):
        with unit_of_work(member.context):
            notices = Notice.objects.of(member).filter(kind="pause_review")
            found |= {notice.recipient_id for notice in notices}
    return found


def test_keep_paused_asks_for_another_review_and_the_first_wakes_nobody(people, taken):
    first = pause(taken, people.adviser, hours=1)
    since = follow_up_of(taken, people.adviser).paused_at

    second = actions.keep_paused(
        taken.reference,
        by=people.adviser,
        reason="police_asked",
        review_at=datetime.now(UTC) + 4 * HOUR,
    )

    assert follow_up_of(taken, people.adviser).paused_at == since
    with unit_of_work(people.adviser.context):
        assert Rung.objects.filter(about=first.pk, settled_at=None).count() == 0
        assert Rung.objects.filter(about=second.pk, settled_at=None).count() == 2
        rows = Pause.objects.filter(follow_up__referral=taken)
        assert [(row.reason, row.ended_at is None) for row in rows] == [
            ("not_alone", False),
            ("police_asked", True),
        ]


@pytest.mark.parametrize(
    ("reason", "hours", "error"),
    [
        ("no_worker", 6, ReasonMissing),
        ("", 6, ReasonMissing),
        ("not_alone", 0.2, NotWellFormed),
        ("not_alone", 73, NotWellFormed),
        ("not_alone", -1, NotWellFormed),
    ],
)
def test_pause_is_for_safety_alone_and_for_three_days_at_most(people, taken, reason, hours, error):
    with pytest.raises(error):
        pause(taken, people.adviser, reason=reason, hours=hours)

    assert follow_up_of(taken, people.adviser).paused_at is None
    with unit_of_work(people.adviser.context):
        assert not Pause.objects.exists()
    pause(taken, people.adviser, hours=71.9)
    assert follow_up_of(taken, people.adviser).paused_at is not None


def test_pause_of_paused_clocks_and_resume_of_running_ones_are_refused(people, taken):
    with pytest.raises(MoveNotAllowed, match="not paused"):
        actions.resume(taken.reference, by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="not paused"):
        actions.keep_paused(
            taken.reference,
            by=people.adviser,
            reason="not_alone",
            review_at=datetime.now(UTC) + HOUR,
        )
    pause(taken, people.adviser)
    with pytest.raises(MoveNotAllowed, match="already"):
        pause(taken, people.adviser)

    with unit_of_work(people.adviser.context):
        assert (Pause.objects.count(), ClockChange.objects.count()) == (1, 0)
    actions.resume(taken.reference, by=people.adviser)


def test_pause_is_theirs_who_work_on_it(people, taken):
    with pytest.raises(PermissionDenied):
        pause(taken, people.second_adviser)
    with pytest.raises(PermissionDenied):
        pause(taken, people.officer)
    with pytest.raises(Referral.DoesNotExist):
        pause(taken, people.wirral_adviser)

    pause(taken, people.duty_manager)


def test_an_outcome_that_ends_it_waits_for_the_clocks_to_go_on(people, taken):
    pause(taken, people.adviser)

    with pytest.raises(MoveNotAllowed, match="paused"):
        actions.record_outcome(taken.reference, "unsafe", by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="paused"):
        actions.close(taken.reference, by=people.duty_manager, reason="not_reached")

    assert follow_up_of(taken, people.adviser).ended_at is None
    actions.resume(taken.reference, by=people.adviser)
    actions.record_outcome(taken.reference, "unsafe", by=people.adviser)


def test_the_referrer_cannot_read_why_the_clocks_are_paused(people, taken):
    pause(taken, people.adviser)

    with unit_of_work(people.officer.context):
        assert FollowUp.objects.filter(referral=taken).exists()
        assert not Pause.objects.exists()
    with unit_of_work(people.adviser.context):
        assert Pause.objects.exists()
