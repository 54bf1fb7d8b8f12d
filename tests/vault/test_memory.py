"""Opened keys are remembered for five minutes, between threads, and only once committed."""

import weakref
from threading import Barrier, Thread

import pytest

from vault.memory import Found, ShortMemory


@pytest.fixture
def memory(clock):
    return ShortMemory(300.0, clock)


@pytest.fixture
def reads():
    return []


class Opened:
    """An opened key, to see whether anything still holds it."""


def reading(reads, value, *, is_settled=True):
    def read():
        reads.append(value)
        return Found(value, is_settled)

    return read


def test_recall_reads_once_until_the_value_is_five_minutes_old(memory, clock, reads):
    for seconds in (0.0, 299.9, 300.0, 301.0):
        clock.now = 1000.0 + seconds
        memory.recall("key", reading(reads, seconds))

    assert reads == [0.0, 300.0]


def test_recall_lets_go_of_what_expired_though_nobody_asks_for_it(memory, clock, reads):
    held = [weakref.ref(memory.recall("old", lambda: Found(Opened(), is_settled=True)))]
    clock.now += 200
    held.append(weakref.ref(memory.recall("young", lambda: Found(Opened(), is_settled=True))))
    clock.now += 200
    memory.recall("another", reading(reads, "another"))

    assert [key() is None for key in held] == [True, False]


def test_recall_keeps_names_apart(memory, reads):
    assert memory.recall(("a", 1), reading(reads, 1)) == 1
    assert memory.recall(("a", 2), reading(reads, 2)) == 2


def test_recall_reads_again_what_may_be_rolled_back(memory, reads):
    memory.recall("key", reading(reads, "unsettled", is_settled=False))

    assert memory.recall("key", reading(reads, "settled")) == "settled"
    assert memory.recall("key", reading(reads, "never read")) == "settled"


def test_recall_remembers_nothing_when_reading_fails(memory, reads):
    def failing():
        raise LookupError

    with pytest.raises(LookupError):
        memory.recall("key", failing)

    assert memory.recall("key", reading(reads, "found")) == "found"


def test_recall_serves_threads_while_values_expire(memory, clock):
    start, wrong = Barrier(4), []

    def ask():
        start.wait()
        for turn in range(300):
            clock.now += 7
            name = turn % 5
            if memory.recall(name, reading([], name)) != name:
                wrong.append(name)

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert not [thread for thread in threads if thread.is_alive()]
    assert wrong == []
