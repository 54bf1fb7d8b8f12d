"""A policy that changes moves no clock that runs, unless a manager says so, and why."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from tests.visits.test_pausing import clocks, follow_up_of, ladder
from tests.world import LIVERPOOL, SEFTON
from visits import actions
from visits.actions import setting_up
from visits.models import ClockChange, FollowUp

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("own_database")


def set_policy(people, **policy):
    """A new version for Liverpool from today on, in the operator's hands."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        return setting_up.set_desk(
            setting_up.NewDesk(
                area_code=LIVERPOOL,
                desk=people.adviser.agency,
                starts_on=today(),
                **policy,
            )
        )


def today():
    return timezone.localdate()


def test_a_new_policy_moves_no_clock_that_runs(people):
    running = refer(people)
    before = follow_up_of(running, people.adviser)
    rungs = ladder(before, people.adviser)

    set_policy(people, target_hours=48)

    after = follow_up_of(running, people.adviser)
    assert clocks(after) == clocks(before)
    assert (after.programme_id, ladder(after, people.adviser)) == (before.programme_id, rungs)
    new = follow_up_of(refer(people), people.adviser)
    assert new.due_at - new.visit_ended_at == 48 * HOUR


def test_rebase_sets_the_clocks_anew_and_keeps_what_they_were(people):
    running = refer(people)
    before = follow_up_of(running, people.adviser)
    rungs = ladder(before, people.adviser)
    version = set_policy(people, target_hours=48, earliest_hours=3)

    change = actions.rebase(running.reference, by=people.duty_manager, reason="policy_changed")

    after = follow_up_of(running, people.adviser)
    ended = before.visit_ended_at
    assert clocks(after) == (ended + 48 * HOUR, ended + 3 * HOUR, ended + 48 * HOUR)
    assert after.programme_id == version.pk
    assert ladder(after, people.adviser) == {
        kind: (due_at + 24 * HOUR, due_at + 24 * HOUR) for kind, (due_at, _) in rungs.items()
    }
    assert (change.old_due_at, change.new_due_at) == (before.due_at, after.due_at)
    assert (change.reason, change.by, change.programme) == (
        "policy_changed",
        people.duty_manager,
        version,
    )


def test_rebase_of_an_area_moves_every_clock_that_still_runs_and_no_other(people):
    running, other, reached, over = (refer(people) for _ in range(4))
    actions.take(reached.reference, by=people.adviser)
    with databases.as_owner(), unit_of_work(Context.migration()):
        FollowUp.objects.filter(referral=reached).update(contacted_at=datetime.now(UTC))
    with databases.as_owner(), unit_of_work(Context.migration()):
        late = FollowUp.objects.filter(referral=over)
        late.update(due_at=datetime.now(UTC) - HOUR)
    set_policy(people, target_hours=36)

    changes = actions.rebase_area(LIVERPOOL, by=people.duty_manager, reason="set_wrongly")

    assert {change.follow_up.referral_id for change in changes} == {running.pk, other.pk}
    for referral, hours in ((running, 36), (other, 36), (reached, 24)):
        follow_up = follow_up_of(referral, people.adviser)
        assert follow_up.due_at - follow_up.visit_ended_at == hours * HOUR
    assert follow_up_of(over, people.adviser).due_at < datetime.now(UTC)


def test_rebase_keeps_the_time_that_was_paused(people):
    running = actions.take(refer(people).reference, by=people.adviser)
    actions.pause(
        running.reference,
        by=people.adviser,
        reason="not_alone",
        review_at=datetime.now(UTC) + 5 * HOUR,
    )
    paused_at = follow_up_of(running, people.adviser).paused_at
    with time_machine.travel(paused_at + 4 * HOUR, tick=False):
        actions.resume(running.reference, by=people.adviser)
    set_policy(people, target_hours=30)

    actions.rebase(running.reference, by=people.duty_manager, reason="policy_changed")

    after = follow_up_of(running, people.adviser)
    assert after.due_at - after.visit_ended_at == 34 * HOUR


def test_rebase_is_a_managers_and_needs_a_reason(people):
    running = refer(people)
    before = clocks(follow_up_of(running, people.adviser))
    set_policy(people, target_hours=48)

    with pytest.raises(PermissionDenied):
        actions.rebase(running.reference, by=people.adviser, reason="policy_changed")
    with pytest.raises(PermissionDenied):
        actions.rebase_area(LIVERPOOL, by=people.adviser, reason="policy_changed")
    with pytest.raises(ReasonMissing):
        actions.rebase(running.reference, by=people.duty_manager, reason="because")
    with pytest.raises(ReasonMissing):
        actions.rebase_area(LIVERPOOL, by=people.duty_manager, reason="")
    with pytest.raises(NotWellFormed):
        actions.rebase_area("E09000001", by=people.duty_manager, reason="policy_changed")
    with pytest.raises(FollowUp.DoesNotExist):
        actions.rebase(running.reference, by=people.coordinator, reason="policy_changed")
    assert actions.rebase_area(SEFTON, by=people.duty_manager, reason="policy_changed") == []

    assert clocks(follow_up_of(running, people.adviser)) == before
    with unit_of_work(people.adviser.context):
        assert not ClockChange.objects.exists()
    actions.rebase(running.reference, by=people.duty_manager, reason="policy_changed")


def test_rebase_that_would_move_nothing_or_rewrite_a_miss_is_refused(people):
    running, over = refer(people), refer(people, ago=timedelta(hours=25))

    with pytest.raises(MoveNotAllowed, match="stand as the policy"):
        actions.rebase(running.reference, by=people.duty_manager, reason="policy_changed")
    set_policy(people, target_hours=48)
    with pytest.raises(MoveNotAllowed, match="run out"):
        actions.rebase(over.reference, by=people.duty_manager, reason="policy_changed")

    with unit_of_work(people.adviser.context):
        assert not ClockChange.objects.exists()
    actions.rebase(running.reference, by=people.duty_manager, reason="policy_changed")
