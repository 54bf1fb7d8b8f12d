"""Claiming: each row to one worker, deaths counted, back-off to the second."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from notices.claiming import (
    LEASE,
    MOST_ATTEMPTS,
    Parking,
    back_off,
    claim,
    give_back,
    park,
    put_off,
)
from notices.clock import database_now
from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.notices.conftest import notices, working


@pytest.fixture
def now(own_database):
    """A moment after everything was owed; tests ask for it last."""
    with working():
        return database_now() + timedelta(seconds=1)


def take(at, limit=100):
    with working():
        return claim(Notice.objects.unsent(), at=at, limit=limit)


def test_claim_gives_every_row_to_one_of_two_workers(people, owed):
    owed(people.adviser, by=people.officer, number=500)
    at = notices()[-1].available_at + timedelta(seconds=1)
    taken: list = []
    start = threading.Barrier(2)

    def work():
        start.wait()
        while True:
            with unit_of_work(Context.system()):
                bite = claim(Notice.objects.unsent(), at=at, limit=7)
            if not bite:
                break
            taken.append(bite)
        connection.close()

    with databases.signed_in_as(databases.WORKER):
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert Counter(pk for bite in taken for pk in bite) == Counter(n.pk for n in notices())
    assert {len(bite) for bite in taken} <= set(range(1, 8))
    assert {n.attempts for n in notices()} == {1}


def test_claim_leaves_what_is_not_due(people, owed, now):
    owed(people.adviser, by=people.officer)

    assert take(notices()[0].available_at - timedelta(microseconds=1)) == []
    assert len(take(notices()[0].available_at)) == 1


def test_claim_takes_the_oldest_first_and_no_more_than_asked(people, owed):
    owed(people.adviser, by=people.officer, number=5)
    by_age = [n.pk for n in notices()]
    at = notices()[-1].available_at

    taken = take(at, limit=2), take(at, limit=2), take(at, limit=2), take(at, limit=2)

    assert [set(bite) for bite in taken] == [set(by_age[:2]), set(by_age[2:4]), {by_age[4]}, set()]


def test_claim_waits_for_the_lease_of_a_worker_that_died(people, owed):
    owed(people.adviser, by=people.officer)
    at = notices()[0].available_at

    first = take(at)
    during = take(at + LEASE - timedelta(microseconds=1))
    after = take(at + LEASE)

    assert (during, after) == ([], first)
    assert [(n.attempts, n.crashes) for n in notices()] == [(2, 1)]


def test_claim_takes_what_was_left_behind_alone_and_last(people, owed):
    officer, adviser = people.officer, people.adviser
    owed(adviser, by=officer, number=3)
    at = notices()[-1].available_at
    left_behind = take(at)
    owed(adviser, by=officer, number=4)  # the fourth is new
    later = notices()[-1].available_at + LEASE

    bites = [take(later) for _ in range(5)]

    assert [len(bite) for bite in bites] == [1, 1, 1, 1, 0]
    assert bites[0] == [notices()[-1].pk]
    assert {pk for bite in bites[1:] for pk in bite} == set(left_behind)


def test_claim_takes_first_what_killed_least(people, owed):
    owed(people.adviser, by=people.officer, number=3)
    poison, *innocent = [n.pk for n in notices()]
    at = notices()[-1].available_at
    take(at)  # a worker dies over all three
    assert take(at + LEASE) == [poison]  # and the next over the first of them

    bites = [take(at + 2 * LEASE) for _ in range(3)]

    assert bites == [[innocent[0]], [innocent[1]], [poison]]


def test_claim_parks_after_five_crashes(people, owed, caplog):
    owed(people.adviser, by=people.officer)
    at = notices()[0].available_at

    bites = [len(take(at + nth * LEASE)) for nth in range(7)]

    (notice,) = notices()
    assert bites == [1, 1, 1, 1, 1, 0, 0]
    assert (notice.crashes, notice.parked_for) == (5, Parking.CRASHED)
    assert (notice.parked_at, notice.lease_until) == (at + 5 * LEASE, None)
    assert f"Notice {notice.pk} is parked" in caplog.text


def test_claim_goes_past_what_it_parks(people, owed):
    owed(people.adviser, by=people.officer, number=2)
    at = notices()[-1].available_at
    with working():
        Notice.objects.filter(dedupe__startswith="event:0").update(crashes=4)
        Notice.objects.update(lease_until=at)
    other = next(n.pk for n in notices() if n.dedupe.startswith("event:1"))

    taken = take(at)

    assert taken == [other]


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (7, 1920), (8, 3600), (9, 3600), (19, 3600)],
)
def test_back_off_doubles_up_to_an_hour(attempts, seconds):
    assert back_off(attempts) == timedelta(seconds=seconds)


def test_put_off_makes_the_row_due_after_the_back_off(people, owed):
    owed(people.adviser, by=people.officer)
    at = notices()[0].available_at

    times = []
    for _ in range(MOST_ATTEMPTS - 1):
        assert len(take(at)) == 1
        with working():
            put_off(Notice.objects.get(), at=at)
        due = notices()[0].available_at
        assert take(due - timedelta(microseconds=1)) == []
        times.append((due - at).total_seconds())
        at = due

    assert times == [30, 60, 120, 240, 480, 960, 1920, *[3600] * 12]


def test_put_off_parks_after_twenty_tries(people, owed, caplog):
    owed(people.adviser, by=people.officer)
    at = notices()[0].available_at
    with working():
        Notice.objects.update(attempts=MOST_ATTEMPTS - 1)

    take(at)
    with working():
        put_off(Notice.objects.get(), at=at)

    assert [(n.parked_for, n.parked_at) for n in notices()] == [(Parking.FAILED, at)]
    assert take(at + timedelta(days=365)) == []
    assert "is parked: tried too often" in caplog.text


def test_give_back_leaves_the_row_as_it_was(people, owed):
    owed(people.adviser, by=people.officer)
    at = notices()[0].available_at
    take(at)

    with working():
        give_back(Notice.objects.all())

    assert [(n.attempts, n.crashes) for n in notices()] == [(0, 0)]
    assert len(take(at)) == 1


def test_park_needs_a_reason(people, owed, now):
    owed(people.adviser, by=people.officer)

    with pytest.raises(Exception, match="parked_for_a_reason"), working():
        park(Notice.objects.get(), at=now, why="")
