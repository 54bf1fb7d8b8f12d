"""Both servers for as long as a block of code runs."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded import postgres, valkey
from config.embedded.accounts import account_for
from config.embedded.processes import Service, free_port
from config.embedded.refusal import Refused

PATIENCE = 60
TRIES_FOR_A_PORT = 3
THROWAWAY = "pierhead-throwaway-"


@dataclass(frozen=True)
class Servers:
    """The ways in."""

    database_url: str
    redis_url: str
    services: tuple[Service, ...] = ()


@dataclass(frozen=True)
class Passwords:
    """What the two servers ask for."""

    owner: str
    redis: str

    @classmethod
    def invented(cls) -> "Passwords":
        """For servers nobody comes back to."""
        return cls(owner=secrets.token_urlsafe(24), redis=secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Plan:
    """Where the servers keep their data and logs, what they ask for, and whether data may go."""

    data: Path
    logs: Path
    passwords: Passwords
    durable: bool = True


@contextmanager
def servers(directory: Path | None = None, *, durable: bool = True) -> Iterator[Servers]:
    """A PostgreSQL and a Valkey while the block runs; those the environment names are used as is.

    Without a directory they live in a throwaway one. With ``durable=False`` they trade safety
    for speed. Call it from the main thread: servers end when the thread that started them does.
    """
    if directory is None:
        with throwaway_directory() as made, servers(made, durable=durable) as running:
            yield running
        return
    running = start(Plan(directory, directory, Passwords.invented(), durable))
    try:
        yield running
    finally:
        stop(running.services)


def start(plan: Plan) -> Servers:
    """Start what the environment does not name already."""
    started: list[Service] = []
    try:
        redis_url = os.environ.get("REDIS_URL") or _valkey(plan, started)
        database_url = os.environ.get("DATABASE_URL") or _postgres(plan, started)
    except BaseException:
        stop(started)
        raise
    return Servers(database_url, redis_url, tuple(started))


def stop(services: tuple[Service, ...] | list[Service]) -> None:
    """Stop them all at once."""
    for service in services:
        service.ask_to_stop()
    for service in services:
        service.stop()


@contextmanager
def throwaway_directory() -> Iterator[Path]:
    """A place that unprivileged accounts can pass through, gone afterwards."""
    _clear_what_the_dead_left()
    place = Path(tempfile.mkdtemp(prefix=f"{THROWAWAY}{os.getpid()}-"))
    place.chmod(0o711)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _clear_what_the_dead_left() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{THROWAWAY}*"):
        pid = left.name.removeprefix(THROWAWAY).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _postgres(plan: Plan, started: list[Service]) -> str:
    account = account_for(plan.data)
    cluster = postgres.Cluster(plan.data, account, plan.passwords.owner, plan.durable)
    if not cluster.exists:
        postgres.make(cluster)
    postgres.wait_for_an_earlier_one(cluster)
    log = plan.logs / "postgres.log"
    port = _start(lambda port: postgres.service(cluster, port, log), started)
    return postgres.url(plan.passwords.owner, port)


def _valkey(plan: Plan, started: list[Service]) -> str:
    account = account_for(plan.data)
    broker = valkey.Broker(plan.data, account, plan.passwords.redis, plan.durable)
    valkey.make(broker)
    log = plan.logs / "valkey.log"
    port = _start(lambda port: valkey.service(broker, port, log), started)
    return valkey.url(plan.passwords.redis, port)


def _start(service_on: Callable[[int], Service], started: list[Service]) -> int:
    """Start a service on a free port, and on another should somebody be quicker."""
    for tries_left in reversed(range(TRIES_FOR_A_PORT)):
        port = free_port()
        service = service_on(port)
        service.start()
        started.append(service)
        try:
            service.wait_until_ready(PATIENCE)
        except Refused:
            service.stop()
            started.remove(service)
            if not tries_left:
                raise
        else:
            return port
    raise AssertionError
