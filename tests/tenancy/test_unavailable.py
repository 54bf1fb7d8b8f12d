"""No database to be had: the answer is 503 at once, and the house recovers (fault F21)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from tests.tenancy.test_request_transaction import evidence_of

pytestmark = [pytest.mark.urls("tests.tenancy.urls"), pytest.mark.usefixtures("probe")]


def post(word):
    """A request on a thread of its own, with how long it took."""
    began = time.monotonic()
    try:
        response = Client(raise_request_exception=False).post(f"/answer/fine/{word}")
        return response, time.monotonic() - began
    finally:
        connections.close_all()


@contextmanager
def settings_of_the_database(**changes):
    """What new threads connect with."""
    kept = dict(connections.settings["default"])
    connections.settings["default"].update(changes)
    try:
        yield
    finally:
        connections.settings["default"].clear()
        connections.settings["default"].update(kept)


def close_the_pool():
    connection.close_pool()  # of the thread it runs on


@pytest.fixture
def pool(settings):
    """The production pool, of one connection."""
    options = {"pool": {**settings.DATABASE_POOL, "min_size": 1, "max_size": 1}}
    with settings_of_the_database(OPTIONS=options), ThreadPoolExecutor(3) as threads:
        yield threads
        threads.submit(close_the_pool).result()


def test_a_full_pool_is_said_within_two_seconds_and_recovers(pool):
    word, taken, done = uuid4().hex, threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            taken.set()
            done.wait(timeout=10)
        connection.close()

    holding = pool.submit(hold)
    assert taken.wait(timeout=10)
    response, seconds = pool.submit(post, word).result()
    done.set()
    holding.result()

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert seconds < 2
    recovered, _ = pool.submit(post, word).result()
    assert recovered.status_code == 200
    assert evidence_of(word) == [("probe", "allowed", "")]


def test_a_pool_outlives_a_connection_that_died_in_a_request(pool):
    word = uuid4().hex
    assert pool.submit(post, word).result()[0].status_code == 200

    broken = pool.submit(_hang_up).result()

    assert broken.status_code == 503
    assert pool.submit(post, uuid4().hex).result()[0].status_code == 200


def _hang_up():
    try:
        return Client(raise_request_exception=False).post(f"/answer/hung-up/{uuid4().hex}")
    finally:
        connections.close_all()


def test_no_server_at_all_is_said_at_once():
    with settings_of_the_database(PORT="1"), ThreadPoolExecutor(1) as thread:
        response, seconds = thread.submit(post, uuid4().hex).result()

    assert response.status_code == 503
    assert seconds < 2
