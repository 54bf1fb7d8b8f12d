"""The ladder of somebody who is out climbs in the worker alone, until it is answered."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection

from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.going_out import (
    MINUTE,
    book,
    check,
    events,
    make_overdue,
    out,
    outing_of,
    rungs,
    sweep_at,
    told,
)
from visits import actions
from visits.lone_working import State, state_of
from visits.models import Rung

pytestmark = pytest.mark.usefixtures("own_database")
BUDDY = ("overdue_buddy", "second_adviser")
MANAGER = ("overdue_manager", "duty_manager")
QUARTER = 15 * MINUTE + timedelta(seconds=5)  # what follows is owed from when a rung has fired
EVERYBODY = [("overdue_all", who) for who in ("adviser", "duty_manager", "second_adviser")]


def alarms():
    return [each for each in told() if each[0] not in {"began", "back", "extended"}]


def test_overdue_wakes_the_buddy_then_the_manager_then_everybody(people):
    ends = outing_of(people, out(people)).expected_end_at

    sweep_at(ends - MINUTE)
    assert alarms() == []
    sweep_at(ends)
    assert alarms() == [BUDDY]
    sweep_at(ends + QUARTER)
    assert alarms() == [BUDDY, BUDDY, MANAGER]
    sweep_at(ends + 2 * QUARTER)
    assert alarms() == sorted([*EVERYBODY, *[BUDDY] * 3, *[MANAGER] * 2])


def test_unanswered_alarm_wakes_again_every_quarter_of_an_hour(people):
    ends = outing_of(people, out(people)).expected_end_at

    for quarters in range(6):
        sweep_at(ends + quarters * QUARTER)

    assert alarms().count(EVERYBODY[0]) == 4
    assert alarms().count(BUDDY) == 6


def test_overdue_while_the_workers_were_down_fires_late_and_once(people):
    ends = outing_of(people, out(people)).expected_end_at

    sweep_at(ends + 3 * 60 * MINUTE)
    sweep_at(ends + 3 * 60 * MINUTE + 14 * MINUTE)

    assert alarms() == sorted([*EVERYBODY, BUDDY, MANAGER])
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        late = Rung.objects.get(kind="lone_worker.overdue_buddy", nth=1)
    assert late.fired_at - late.due_at >= timedelta(hours=3)


def test_come_back_stops_every_alarm_and_says_so_to_those_it_woke(people):
    referral = out(people)
    ends = outing_of(people, referral).expected_end_at
    sweep_at(ends + 15 * MINUTE)
    before = alarms()

    actions.come_back(referral.reference, by=people.adviser)
    sweep_at(ends + 300 * MINUTE)

    assert alarms() == before
    assert [each for each in told() if each[0] == "back"] == [
        ("back", "duty_manager"),
        ("back", "second_adviser"),
    ]


def test_come_back_in_time_tells_the_buddy_alone(people):
    referral = out(people)

    actions.come_back(referral.reference, by=people.adviser)
    sweep_at(outing_of(people, referral).expected_end_at + 300 * MINUTE)

    assert [each for each in told() if each[0] != "began"] == [("back", "second_adviser")]


def test_extend_moves_the_alarm(people):
    referral = out(people)
    ends = outing_of(people, referral).expected_end_at

    actions.extend(referral.reference, 30, until=ends, by=people.adviser)

    sweep_at(ends + 29 * MINUTE)
    assert alarms() == []
    sweep_at(ends + 30 * MINUTE)
    assert alarms() == [BUDDY]


def test_abort_wakes_buddy_and_managers(people):
    referral = out(people)
    ends = outing_of(people, referral).expected_end_at

    actions.abort(referral.reference, by=people.adviser)
    sweep_at(ends)

    assert alarms() == [("aborted", "duty_manager"), ("aborted", "second_adviser")]


def test_nobody_left_wakes_the_desk_where_no_buddy_is_known(people):
    starts = outing_of(people, book(people)).starts_at

    sweep_at(starts + 14 * MINUTE)
    assert told() == []
    sweep_at(starts + 15 * MINUTE)
    desk = [("not_started", who) for who in ("adviser", "duty_manager", "second_adviser")]
    assert told() == desk
    sweep_at(starts + 2 * QUARTER)
    assert told() == sorted(desk * 2)


def test_nobody_left_wakes_the_buddy_first(people):
    referral = book(people)
    check(people, referral)

    sweep_at(outing_of(people, referral).starts_at + 15 * MINUTE)

    assert told() == [("not_started", "second_adviser")]


def test_answer_that_somebody_is_safe_ends_the_alarm(people):
    referral = overdue(people)

    actions.answer(referral.reference, "back_safe", by=people.second_adviser)

    assert outing_of(people, referral).ended_how == "found_safe"
    assert [kind for kind, _ in rungs() if kind != "began"] == []
    assert events(people, referral) == ["began", "answered"]


def test_answer_that_they_did_not_go_is_for_those_who_never_left(people):
    referral = overdue(people)
    with pytest.raises(NotWellFormed):
        actions.answer(referral.reference, "not_going", by=people.second_adviser)
    assert outing_of(people, referral).is_under_way

    missing = book(people, by=people.second_adviser, minutes_from_now=1)
    make_overdue()
    with pytest.raises(NotWellFormed):
        actions.answer(missing.reference, "back_safe", by=people.duty_manager)
    outing = actions.answer(missing.reference, "not_going", by=people.duty_manager)
    assert outing.ended_how == "called_off"


def overdue(people):
    """Somebody who was expected a quarter of an hour ago; the buddy was woken."""
    referral = out(people)
    make_overdue()
    sweep_at(outing_of(people, referral).expected_end_at)
    return referral


@pytest.mark.parametrize("finding", ["going_there", "called_police", "no_answer"])
def test_answer_that_does_not_end_it_is_looked_at_again(people, finding):
    referral = overdue(people)

    outing = actions.answer(referral.reference, finding, by=people.duty_manager)

    assert outing.is_under_way
    [(kind, at)] = [rung for rung in rungs() if rung[0] not in {"began", "back"}]
    assert kind == "look_again"
    sweep_at(at)
    assert ("look_again", "duty_manager") in told()
    sweep_at(at + QUARTER)
    assert told().count(("look_again", "duty_manager")) == 2


def test_answer_still_out_expects_them_half_an_hour_later(people):
    referral = overdue(people)

    outing = actions.answer(referral.reference, "still_out", by=people.duty_manager)

    owed = dict(rungs())
    assert owed["overdue_buddy"] == outing.expected_end_at
    assert state_of(outing, outing.expected_end_at - MINUTE, to=people.adviser) is State.OUT


def test_answer_twice_is_once(people):
    referral = overdue(people)

    for _ in range(2):
        actions.answer(referral.reference, "going_there", by=people.duty_manager)
    for _ in range(2):
        actions.answer(referral.reference, "back_safe", by=people.duty_manager)

    assert events(people, referral) == ["began", "answered", "answered"]


def test_answer_is_not_for_those_who_are_out(people):
    referral = overdue(people)

    with pytest.raises(PermissionDenied):
        actions.answer(referral.reference, "back_safe", by=people.adviser)
    with pytest.raises(ReasonMissing):
        actions.answer(referral.reference, "nonsense", by=people.duty_manager)

    assert outing_of(people, referral).is_under_way
    assert actions.answer(referral.reference, "back_safe", by=people.duty_manager).ended_at


def test_answer_where_there_is_no_alarm_is_refused(people):
    referral = out(people)

    with pytest.raises(MoveNotAllowed, match="no alarm"):
        actions.answer(referral.reference, "back_safe", by=people.duty_manager)

    assert outing_of(people, referral).is_under_way


HOLD = """
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'lone_worker.overdue_buddy' THEN
        PERFORM pg_advisory_xact_lock_shared(4242);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wait_for_the_test BEFORE INSERT ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION wait_for_the_test();
"""
WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = %s"


def wait_for(owner, kind):
    """Poll until some session waits for a lock of a kind; they give up after three seconds."""
    for _ in range(2000):
        if owner.execute(WAITING, [kind]).fetchone():
            return
        time.sleep(0.01)
    pytest.fail("Nobody waits.")


def test_come_back_while_the_alarm_fires_leaves_nothing_to_fire(people, own_database):
    """The worker has the rung in hand, and has owed nothing yet of what follows."""
    referral = out(people)
    make_overdue()
    come_back = partial(actions.come_back, referral.reference, by=people.adviser)
    with databases.owner(own_database) as owner, ThreadPoolExecutor(1) as pool:
        owner.execute(HOLD)
        owner.execute("SELECT pg_advisory_lock(4242)")
        with worker_sweeping(own_database) as process:
            wait_for(owner, "advisory")
            coming = pool.submit(closing, come_back)
            wait_for(owner, "transactionid")
            owner.execute("SELECT pg_advisory_unlock(4242)")
            assert process.wait(60) == 0
        assert coming.result(30).ended_how == "back"

    assert alarms() == [BUDDY]
    sweep_at(datetime.now(UTC) + 600 * MINUTE)
    assert alarms() == [BUDDY]
    assert ("back", "duty_manager") in told()


def closing(act):
    try:
        return act()
    finally:
        connection.close()


@contextmanager
def worker_sweeping(database):
    """The worker's own process, sweeping once."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notices.worker_settings",
        "CELERY_SKIP_CHECKS": "1",
        "DATABASE_URL": databases.url_of(database, databases.WORKER),
        "DATABASE_ROLE_PREFIX": settings.DATABASE_ROLE_PREFIX,
        "MAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "MAIL_DIRECTORY": "",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "sweep"]
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 -- our own interpreter
        yield process
