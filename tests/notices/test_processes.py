"""The real thing: a worker process of its own, Valkey between it and us, and kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings

from config.celery import app
from notices.claiming import LEASE
from notices.outbox import owe
from notices.sweeping import sweep
from tenancy.work import unit_of_work
from tests import databases
from tests.notices.conftest import notices, use_broker

QUEUE = "celery"
KEYS = (QUEUE, f"_kombu.binding.{QUEUE}", "unacked", "unacked_index", "unacked_mutex")


@pytest.fixture
def broker(redis_is_away: None, monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis[bytes]"]:
    """A database of its own in the suite's Redis, to which nudges go."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = urlunsplit(urlsplit(settings.CELERY_BROKER_URL)._replace(path=f"/{1 + int(worker)}"))
    use_broker(monkeypatch, url)
    with redis.Redis.from_url(url) as client:
        client.delete(*KEYS)
        yield client
        client.delete(*KEYS)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Where the worker process puts the letters it sends."""
    path = tmp_path / "letters"
    path.mkdir()
    return path


@contextmanager
def worker_process(
    database: str, letters: Path, *, backend: str, program: str = "worker"
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker (or a beat, or a loop) in a process group of its own, dead at the end."""
    celery = ["-m", "celery", "--app=config", program]
    arguments = {
        "worker": [*celery, "--concurrency=1", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "--pidfile="],
        "loop": [str(settings.BASE_DIR / "manage.py"), "sweep", "--loop"],
    }
    command = [sys.executable, *arguments[program]]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notices.worker_settings",
        "CELERY_SKIP_CHECKS": "1",  # they would load the doors, which no worker opens
        "DATABASE_URL": databases.url_of(database, databases.WORKER),
        "DATABASE_ROLE_PREFIX": settings.DATABASE_ROLE_PREFIX,
        "REDIS_URL": app.conf.broker_url,
        "MAIL_BACKEND": backend,
        "MAIL_DIRECTORY": str(letters),
        "MAIL_MARKER": str(letters.parent / "marker"),
    }
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter
        command, env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """``kill -9`` to the worker and its children at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(fact: Callable[[], object], *, seconds: float = 20) -> None:
    """Return as soon as something is so."""
    give_up_at = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_nudge_carries_ids_and_nothing_else(people, owed, broker):
    officer, people_owed = people.officer, [people.adviser, people.team_lead]
    with unit_of_work(officer.context):
        for nth in range(3):  # one nudge a transaction, however often it owes
            owe(people_owed, kind="referral.sent", reference="PH-TEST", dedupe=f"event:{nth}")

    (raw,) = broker.lrange(QUEUE, 0, -1)

    message = json.loads(raw)
    args, kwargs, embedded = json.loads(b64decode(message["body"]))
    headers = message["headers"]
    assert (args, set(kwargs)) == ([], {"notice_ids"})
    assert set(kwargs["notice_ids"]) == {str(notice.pk) for notice in notices()}
    assert [value for value in embedded.values() if value] == []
    assert (headers["task"], headers["eta"]) == ("notices.deliver_notices", None)
    assert b"example.org" not in raw
    assert b"PH-" not in raw


def test_nudge_makes_a_worker_deliver_at_once(own_database, people, owed, broker, letters):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with worker_process(own_database, letters, backend=backend):
        owed(people.adviser, by=people.officer)
        wait_for(lambda: any(letters.iterdir()))
        wait_for(lambda: notices()[0].sent_at)

    (letter,) = letters.iterdir()
    assert letter.read_text().count("Sign in to see it.") == 1
    assert broker.llen(QUEUE) == 0


def test_worker_killed_over_a_letter_is_made_up_for_by_the_sweep(
    own_database, people, owed, broker, letters, mailoutbox
):
    with worker_process(own_database, letters, backend="tests.notices.mail.NeverAnswers") as worker:
        owed(people.adviser, by=people.officer)
        wait_for((letters.parent / "marker").exists)
        kill(worker)
    (held,) = notices()

    with databases.signed_in_as(databases.WORKER):
        early = sweep(held.lease_until - LEASE)
        late = sweep(held.lease_until)

    (notice,) = notices()
    assert (early, late, len(mailoutbox)) == (0, 1, 1)
    assert (notice.crashes, notice.attempts) == (1, 2)
    assert notice.sent_at is not None


def test_loop_delivers_without_redis(own_database, people, owed, letters):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    owed(people.adviser, by=people.officer)

    with worker_process(own_database, letters, backend=backend, program="loop"):
        wait_for(lambda: any(letters.iterdir()))
        wait_for(lambda: notices()[0].sent_at)

    assert len(list(letters.iterdir())) == 1


def test_beat_knocks_for_every_room(own_database, broker, letters):
    with worker_process(own_database, letters, backend="unused", program="beat"):
        wait_for(lambda: broker.llen(QUEUE) >= len(settings.SWEEPS), seconds=30)
        knocks = [json.loads(raw)["headers"] for raw in broker.lrange(QUEUE, 0, -1)]

    assert {knock["task"] for knock in knocks} == {"notices.run_sweep"}
    assert {knock["eta"] for knock in knocks} == {None}
    assert None not in {knock["expires"] for knock in knocks}
