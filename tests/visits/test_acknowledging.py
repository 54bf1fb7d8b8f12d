"""Acting acknowledges what has fired; without it the next rung fires."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from notices.models import Notice
from referrals.errors import MoveNotAllowed
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from visits import actions
from visits.ladder import RungKind
from visits.models import FollowUp

pytestmark = pytest.mark.usefixtures("own_database")
HOUR = timedelta(hours=1)


@pytest.fixture
def due_at(people, sent):
    actions.take(sent.reference, by=people.adviser)
    return follow_up(people, sent).due_at


def follow_up(people, sent):
    with unit_of_work(people.adviser.context):
        return FollowUp.objects.get(referral=sent)


def act_at(at, deed, *args, by):
    with time_machine.travel(at, tick=False):
        return deed(*args, by=by)


def test_take_is_an_act(people, sent):
    before = datetime.now(UTC)

    actions.take(sent.reference, by=people.adviser)

    assert before < follow_up(people, sent).acted_at < datetime.now(UTC)


def test_attempt_is_an_act(people, sent, due_at):
    taken_at = follow_up(people, sent).acted_at
    attempt = actions.Attempt(
        channel="phone_call", outcome="no_reply", at=datetime.now(UTC), outside_reason="she_asked"
    )

    actions.record_attempt(sent.reference, attempt, by=people.adviser)

    assert follow_up(people, sent).acted_at > taken_at


def test_act_since_the_rung_before_makes_the_next_needless(people, sent, due_at, swept):
    swept(due_at - 12 * HOUR)
    act_at(due_at - 11 * HOUR, actions.acknowledge, sent.reference, by=people.adviser)

    assert swept(due_at - 4 * HOUR)[RungKind.FOUR_HOURS] == 0


def test_rung_fires_when_nobody_has_acted_since_the_one_before(people, sent, due_at, swept):
    swept(due_at - 12 * HOUR)  # taken long before that, and nothing since

    assert swept(due_at - 4 * HOUR)[RungKind.FOUR_HOURS] == 1


def test_acknowledging_holds_until_the_rung_after_the_next(people, sent, due_at, swept):
    swept(due_at - 4 * HOUR)
    act_at(due_at - 3 * HOUR, actions.acknowledge, sent.reference, by=people.adviser)

    at_one_hour = swept(due_at - HOUR)
    at_the_end = swept(due_at)

    assert (at_one_hour[RungKind.ONE_HOUR], at_the_end[RungKind.DUE]) == (0, 2)


def test_no_reply_from_anybody_wakes_the_manager_an_hour_before(people, sent, due_at, swept):
    swept(due_at - 4 * HOUR)

    assert swept(due_at - HOUR)[RungKind.ONE_HOUR] == 2


def test_act_does_not_acknowledge_what_has_not_fired(people, sent, due_at, swept):
    """The workers were down: he acted after a time at which nothing had woken anybody."""
    act_at(due_at - 2 * HOUR, actions.acknowledge, sent.reference, by=people.adviser)

    fired = swept(due_at - HOUR)

    assert (fired[RungKind.FOUR_HOURS], fired[RungKind.ONE_HOUR]) == (1, 2)


def test_acknowledge_by_somebody_whose_it_is_not_is_refused_and_leaves_nothing(
    people, sent, due_at
):
    before = follow_up(people, sent).acted_at

    with pytest.raises(PermissionDenied):
        actions.acknowledge(sent.reference, by=people.second_adviser)

    assert follow_up(people, sent).acted_at == before
    actions.acknowledge(sent.reference, by=people.duty_manager)
    assert follow_up(people, sent).acted_at > before


def test_acknowledge_what_has_ended_is_refused_and_leaves_nothing(people, sent, due_at):
    actions.acknowledge(sent.reference, by=people.adviser)
    ended = actions.record_outcome(sent.reference, "declined", by=people.adviser)

    with pytest.raises(MoveNotAllowed):
        actions.acknowledge(sent.reference, by=people.adviser)

    assert follow_up(people, sent).acted_at == ended.acted_at


def test_notice_of_a_rung_says_when_it_was_due(due_at, swept):
    swept(due_at - 4 * HOUR + timedelta(minutes=7))

    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        notice = Notice.objects.get(kind="follow_up.four_hours")
    assert notice.due_at == due_at - 4 * HOUR
