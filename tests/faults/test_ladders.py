"""No deadline lost, none doubled, none told much later than recovery, whatever is broken.

Real workers, beats, Valkey and PostgreSQL; the rungs of real follow-ups fall due meanwhile. What
is waited for is a fact in the database, with a limit; ``make faults`` runs the same drills longer.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from config.embedded import programs
from config.embedded.processes import Service
from tests.faults import house as building
from tests.faults.house import House, Surroundings, children_of, kill, wait_for
from tests.faults.ladders import (
    Found,
    found,
    let_fall_due,
    put_on_the_clock,
    wait_until_fired,
)
from tests.faults.lengths import LENGTH, chance, say

LATEST = 45
"""Seconds from recovery, or from a rung's own time, until it has been told."""


@pytest.fixture(scope="module")
def house(root_key, django_db_blocker) -> Iterator[House]:
    """A house whose worker and beat run, one for all the drills."""
    with django_db_blocker.unblock(), building.house(root_key.parent) as built:
        yield built


@pytest.fixture(autouse=True)
def running(house: House) -> None:
    """Each drill begins with everything up."""
    services = (house.postgres, house.valkey, house.worker, house.beat)
    down = [each for each in services if each.process is None or each.has_ended]
    if down:
        house.start(*down)


@contextmanager
def falling_due(house: House, drill: str) -> Iterator[list[str]]:
    """Referrals whose rungs fall due during the body, and have all been told after it."""
    references = put_on_the_clock(LENGTH.referrals)
    let_fall_due(house, references, seconds=LENGTH.seconds, dice=chance(drill))
    yield references
    wait_until_fired(house, references, seconds=LENGTH.seconds + 2 * LATEST)


def check(came_of: Found, *, latest: float = LATEST) -> None:
    """Each fired, each told somebody, nobody twice, none later than it may be."""
    assert came_of.rungs > 0
    assert came_of.fired == came_of.rungs
    assert came_of.nobody_told == 0
    assert came_of.doubled == 0
    assert came_of.lateness[0] >= 0
    assert came_of.percentile(100) <= latest


def test_f1_worker_killed_again_and_again(house):
    """``kill -9`` to the worker and its pool every few seconds while rungs fall due."""
    dice, kills = chance("F1"), 0
    with falling_due(house, "F1") as references:
        give_up_at = time.monotonic() + LENGTH.seconds
        while time.monotonic() < give_up_at:
            time.sleep(LENGTH.kill_every * dice.uniform(0.5, 1))
            kill(house.worker)
            kills += 1
            house.start(house.worker)

    came_of = found(house, references)
    say("F1", killed=kills, **came_of.spoken)
    check(came_of)


def test_f2_frozen_worker_that_took_knocks_to_its_grave(house):
    """``SIGSTOP`` with knocks in its socket, then ``SIGKILL``: the next turn finds the rows."""
    with falling_due(house, "F2") as references:
        os.killpg(house.worker.pid, signal.SIGSTOP)
        time.sleep(LENGTH.away)
        kill(house.worker)
        house.start(house.worker)

    came_of = found(house, references)
    say("F2", frozen=f"{LENGTH.away} s", **came_of.spoken)
    check(came_of, latest=LENGTH.away + LATEST)


def test_f3_pool_child_killed(house):
    """Only the child that sweeps dies; the worker makes another."""
    kills = 0
    with falling_due(house, "F3") as references:
        give_up_at = time.monotonic() + LENGTH.seconds
        while time.monotonic() < give_up_at:
            children = children_of(house.worker.pid)
            for child in children:
                os.kill(child, signal.SIGKILL)
                kills += 1
            wait_for(lambda gone=children: children_of(house.worker.pid) - gone)
            time.sleep(LENGTH.kill_every)

    came_of = found(house, references)
    say("F3", killed=kills, **came_of.spoken)
    check(came_of)
    assert not house.worker.has_ended


def test_f4_everything_in_redis_forgotten(house):
    """``FLUSHALL`` again and again: what is owed never lay there."""
    flushed = 0
    with falling_due(house, "F4") as references, redis.Redis.from_url(house.redis_url) as broker:
        give_up_at = time.monotonic() + LENGTH.seconds
        while time.monotonic() < give_up_at:
            broker.flushall()
            flushed += 1
            time.sleep(1)

    came_of = found(house, references)
    say("F4", flushed=flushed, **came_of.spoken)
    check(came_of)


def test_f5_redis_away(house):
    """Valkey killed and away for a while: nothing is told meanwhile, everything soon after."""
    with falling_due(house, "F5") as references:
        kill(house.valkey)
        time.sleep(LENGTH.away)
        house.start(house.valkey)

    came_of = found(house, references)
    say("F5", away=f"{LENGTH.away} s", **came_of.spoken)
    check(came_of, latest=LENGTH.away + LATEST)


def test_f6_database_stopped_at_once(house):
    """``immediate``: no time to tidy up. A rung is told with its notice, or not at all."""
    with falling_due(house, "F6") as references:
        time.sleep(chance("F6").uniform(1, 3))
        os.kill(house.postgres.pid, signal.SIGQUIT)
        house.postgres.process.wait(30)
        time.sleep(1)
        house.start(house.postgres)

    came_of = found(house, references)
    say("F6", stopped="once", **came_of.spoken)
    check(came_of)


def test_f9_worker_whose_clock_is_wrong_will_not_start(house):
    """Ten minutes either way: it says so and ends. One that is right starts, and fires in time."""
    kill(house.worker)
    refused = []
    for minutes in (-10, 10):
        wrong = _worker(house, f"clock-{minutes}", TEST_CLOCK_MINUTES=str(minutes))
        wrong.start()
        wrong.process.wait(60)
        refused.append(wrong.log.read_text().count("clock differs from the database"))
    house.start(house.worker)

    with falling_due(house, "F9") as references:
        pass

    came_of = found(house, references)
    say("F9", refused=refused, **came_of.spoken)
    assert [each > 0 for each in refused] == [True, True]
    check(came_of)


def test_f17_two_workers_at_the_same_rungs(house):
    """A second worker and a second beat: each rung is one of theirs, once."""
    second = _worker(house, "second-worker")
    house.start(second)
    try:
        with falling_due(house, "F17") as references:
            pass
    finally:
        kill(second)

    came_of = found(house, references)
    say("F17", workers=2, **came_of.spoken)
    check(came_of)


def test_f19_two_beats_and_the_first_frozen_then_revived(house):
    """The other goes on knocking; the revived one's late knocks find the turns taken."""
    second = programs.beat(house, Surroundings(house))
    second.name, second.log = "second-beat", house.logs / "second-beat.log"
    house.start(second)
    try:
        with falling_due(house, "F19") as references:
            os.killpg(house.beat.pid, signal.SIGSTOP)
            time.sleep(LENGTH.away)
            os.killpg(house.beat.pid, signal.SIGCONT)
    finally:
        kill(second)

    came_of = found(house, references)
    say("F19", frozen=f"{LENGTH.away} s", **came_of.spoken)
    check(came_of)


def _worker(house: House, name: str, **changes: str) -> Service:
    """One more worker of the house's, with an environment of its own."""
    made = programs.worker(house, Surroundings(house))
    made.name, made.log = name, house.logs / f"{name}.log"
    made.command = [*made.command, f"--hostname={name}@localhost"]
    made.environment = {**made.environment, **changes}
    return made
