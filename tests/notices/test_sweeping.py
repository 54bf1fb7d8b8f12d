"""Sweeping: every slot once, by whichever clock; from the rows alone."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from config.celery import app
from notices import sweeping, tasks
from notices.models import Tick
from notices.ticks import KEPT, end_turn, last_sweep, slot_of, take_turn
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.notices.conftest import notices

SLOT = slot_of("notices")
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.fixture
def worker(own_database):
    with databases.signed_in_as(databases.WORKER):
        yield


def turn(job="notices", *, after=timedelta(0)):
    with unit_of_work(Context.system()):
        return take_turn(job, at=NOON + after)


@pytest.mark.usefixtures("worker")
def test_take_turn_lets_one_in_a_slot():
    first, second = turn(), turn(after=SLOT - timedelta(microseconds=1))
    other_room, next_slot = turn("visits"), turn(after=SLOT)

    assert [bool(t) for t in (first, second, other_room, next_slot)] == [True, False, True, True]


@pytest.mark.usefixtures("worker")
def test_what_wakes_people_has_shorter_turns_than_the_rest():
    other = [turn("referrals", after=nth * SLOT) is not None for nth in range(6)]
    woken = [turn("visits", after=nth * SLOT) is not None for nth in range(6)]

    assert (sum(woken), sum(other)) == (6, 2)


@pytest.mark.usefixtures("worker")
def test_take_turn_is_had_by_one_of_two_beats():
    had: list = []
    start = threading.Barrier(2)

    def beat():
        start.wait()
        had.extend(turn(after=nth * SLOT) is not None for nth in range(50))
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()

    assert (len(had), sum(had)) == (100, 50)


@pytest.mark.usefixtures("worker")
def test_take_turn_forgets_turns_of_long_ago():
    turn()
    turn("visits")
    turn(after=KEPT)
    turn(after=KEPT + SLOT)

    with unit_of_work(Context.system()):
        kept = set(Tick.objects.values_list("job", "started_at"))

    assert kept == {
        ("visits", NOON),
        ("notices", NOON + KEPT),
        ("notices", NOON + KEPT + SLOT),
    }


def test_last_sweep_tells_the_web_when_one_came_to_its_end(own_database):
    with databases.signed_in_as(databases.WORKER):
        ours = turn()
        turn(after=SLOT)
        with unit_of_work(Context.system()):
            end_turn(ours, at=NOON + timedelta(seconds=2))

    with unit_of_work(Context.nobody()):
        assert last_sweep("notices") == NOON + timedelta(seconds=2)
        assert last_sweep("visits") is None


def test_run_in_turn_sweeps_once_for_two_knocks(people, owed, mailoutbox):
    officer, adviser = people.officer, people.adviser
    owed(adviser, by=officer)

    with databases.signed_in_as(databases.WORKER):
        first = sweeping.run_in_turn("notices")
        with unit_of_work(Context.system()):  # whatever the wall clock says, the same slot again
            Tick.objects.create(job="notices", slot=_slot() + 1, started_at=NOON)
        second = sweeping.run_in_turn("notices")

    assert (first, second) == (1, None)
    assert len(mailoutbox) == 1


def test_run_sweeps_whoever_had_the_turn(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)

    with databases.signed_in_as(databases.WORKER):
        sweeping.run_in_turn("notices")
        settled = sweeping.run("notices")

    assert (settled, len(mailoutbox)) == (0, 1)


def test_command_sweeps_every_room(people, owed, mailoutbox, capsys):
    owed(people.adviser, by=people.officer)

    with databases.signed_in_as(databases.WORKER):
        call_command("sweep", "--once")

    assert "notices: 1\n" in capsys.readouterr().out
    assert len(mailoutbox) == 1


def test_command_lets_no_room_keep_another_from_its_turn(
    people, owed, mailoutbox, settings, caplog
):
    settings.SWEEPS = {"nowhere": "nowhere.sweeping.sweep"} | settings.SWEEPS
    owed(people.adviser, by=people.officer)

    with (
        pytest.raises(CommandError, match=r"^Failed: nowhere\.$"),
        databases.signed_in_as(databases.WORKER),
    ):
        call_command("sweep")

    assert len(mailoutbox) == 1
    assert "The sweep of nowhere failed." in caplog.text


def test_tasks_take_words_they_do_not_know_yet(people, owed, mailoutbox):
    owed(people.adviser, by=people.officer)
    ids = [str(notice.pk) for notice in notices()]

    with databases.signed_in_as(databases.WORKER):
        tasks.deliver_notices(notice_ids=ids, from_a_newer_release=True)
        tasks.run_sweep(job="notices", from_a_newer_release=True)

    assert len(mailoutbox) == 1


def test_every_room_that_sweeps_is_on_the_beat_and_can_be_found():
    assert [entry["kwargs"]["job"] for entry in app.conf.beat_schedule.values()] == list(
        settings.SWEEPS
    )
    assert all(entry["task"] in app.tasks for entry in app.conf.beat_schedule.values())
    assert all(callable(sweeping.sweep_of(room)) for room in settings.SWEEPS)


def _slot():
    return Tick.objects.order_by("-slot").values_list("slot", flat=True)[0]
