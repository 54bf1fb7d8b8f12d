"""The product as it runs: web, worker and beat as processes, on servers that may be killed.

The cluster is made, migrated and peopled once a run; every house has a copy of it, a Valkey and
ports of its own. Everything is started by ``config.embedded``'s programs, as ``make run`` does.
"""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from accounts.actions.clients import add_client
from accounts.models import Agency
from accounts.scopes import SCOPES
from config import env
from config.embedded import postgres, programs, valkey
from config.embedded.accounts import account_for, give
from config.embedded.both_servers import throwaway_directory
from config.embedded.environment import passed_on
from config.embedded.processes import Service, free_port
from tenancy.context import Context
from tenancy.roles import WEB, WORKER, DatabaseRole
from tenancy.work import unit_of_work
from tests import world

OWNER_PASSWORD = "the owner of a throwaway cluster"
REDIS_PASSWORD = "the-broker-of-a-throwaway-house"
SECRET = "a case system's own long secret"
SYSTEMS = ("liverpool-idva", "rowan")
PATIENCE = 60


class House:
    """Servers and programs of one's own. ``start`` what is needed; all of it ends with the test."""

    def __init__(self, place: Path, template: Path, **changes: str) -> None:
        self.place, self.changes = place, changes
        self.checkout, self.logs, self.var = settings.BASE_DIR, place, place
        self.letters = place / "letters"
        self.letters.mkdir()
        self.port = free_port()
        self.cluster = _copy_of(template, place)
        self.postgres = postgres.service(self.cluster, free_port(), place / "postgres.log")
        self.valkey = _valkey(place)
        surroundings = Surroundings(self)
        self.web = programs.web(self, surroundings)
        self.worker = programs.worker(self, surroundings)
        self.beat = programs.beat(self, surroundings)

    @property
    def services(self) -> list[Service]:
        """Everything there is, in the order in which it starts."""
        return [self.postgres, self.valkey, self.web, self.worker, self.beat]

    def start(self, *services: Service) -> None:
        """Start these, or everything, and wait until they are ready."""
        for service in services or self.services:
            if service is self.postgres:
                postgres.wait_for_an_earlier_one(self.cluster)
            service.start()
        for service in services or self.services:
            service.wait_until_ready(PATIENCE)

    def end(self) -> None:
        """End everything at once; nobody comes back to it."""
        for service in self.services:
            kill(service)

    def url(self, role: DatabaseRole) -> str:
        """How a role reaches the database."""
        return self._url(role.name, role.password)

    @property
    def owner_url(self) -> str:
        """How the owner does."""
        return self._url(postgres.OWNER, OWNER_PASSWORD)

    @property
    def redis_url(self) -> str:
        """How everybody reaches the broker."""
        return valkey.url(REDIS_PASSWORD, _port_of(self.valkey))

    def message_ids(self) -> list[str]:
        """The Message-ID of every letter that came in."""
        texts = [path.read_bytes() for path in self.letters.iterdir()]
        bodies = [text for whole in texts for text in whole.split(b"-" * 79) if text.strip()]
        return [message_from_bytes(text.lstrip())["Message-ID"] for text in bodies]

    def _url(self, user: str, password: str) -> str:
        port = _port_of(self.postgres)
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{port}/pierhead"


class Surroundings:
    """The environment of each process, as ``config.embedded.environment`` makes it."""

    def __init__(self, house: House) -> None:
        self.house, self.port = house, house.port

    def web(self) -> dict[str, str]:
        """The only process that opens what is sealed."""
        return {
            **self._common(),
            "DATABASE_URL": self.house.url(WEB),
            "ROOT_KEY_FILE": str(settings.ROOT_KEY_FILE),
            "SECRET_KEY": "the web's own secret, used by nobody else " * 2,
        }

    def worker(self) -> dict[str, str]:
        """Worker and beat."""
        return {
            **self._common(),
            "DATABASE_URL": self.house.url(WORKER),
            "SECRET_KEY": "the worker's own secret, used by nobody else " * 2,
        }

    def _common(self) -> dict[str, str]:
        return {
            **passed_on(os.environ),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CELERY_SKIP_CHECKS": "1",
            "PORT": str(self.port),
            "REDIS_URL": self.house.redis_url,
            "MAIL_DIRECTORY": str(self.house.letters),
            "WEBHOOKS_KEY": settings.WEBHOOKS_KEY,
            "PYTHONUNBUFFERED": "1",
            **self.house.changes,
        }


def kill(service: Service) -> None:
    """``kill -9`` to a program and to whatever it started, all at once."""
    if service.process and not service.has_ended:
        os.killpg(service.pid, signal.SIGKILL)
        service.process.wait()


def children_of(pid: int) -> set[int]:
    """The processes a process started and still has."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(word) for word in found.split()}


def wait_for(fact: Callable[[], object], *, seconds: float = 30) -> None:
    """Return as soon as something is so."""
    give_up_at = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up_at, fact
        time.sleep(0.05)


@contextmanager
def house(run: Path, says: Mapping[str, str] | None = None, **changes: str) -> Iterator[House]:
    """A house whose servers run; Django in this process is its web role meanwhile.

    ``says`` are settings of PostgreSQL's, ``changes`` the environment of the programs.
    """
    template = _template(run)
    with throwaway_directory() as place:
        built = House(place, template, **changes)
        options = [
            word for name, value in (says or {}).items() for word in ("-c", f"{name}={value}")
        ]
        built.postgres.command = [*built.postgres.command, *options]
        try:
            built.start(built.postgres, built.valkey)
            with django_at(built.url(WEB)):
                yield built
        finally:
            built.end()


@contextmanager
def django_at(url: str) -> Iterator[None]:
    """Have this process and its later threads use another database, on another server."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    before = {name: connections.settings["default"][name] for name in names}
    _use({name: env.database(url)[name] for name in names})
    try:
        yield
    finally:
        _use(before)


def _use(changes: dict[str, Any]) -> None:
    connections["default"].close()
    connections.settings["default"].update(changes)
    connections["default"].settings_dict.update(changes)


def _template(run: Path) -> Path:
    """The migrated and peopled cluster that every house of this run is a copy of."""
    template = run / "cluster"
    with (run / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            with throwaway_directory() as place:
                _make(place)
                shutil.copytree(place / "postgres", template)
    return template


def _make(place: Path) -> None:
    cluster = postgres.Cluster(place, account_for(place), OWNER_PASSWORD, durable=False)
    postgres.make(cluster)
    server = postgres.service(cluster, free_port(), place / "postgres.log")
    server.start()
    server.wait_until_ready(PATIENCE)
    port = _port_of(server)
    try:
        with django_at(postgres.url(quote(OWNER_PASSWORD), port)):
            call_command("migrate", verbosity=0)
            world.build()
            _add_systems()
    finally:
        server.stop()


def _add_systems() -> None:
    with unit_of_work(Context.migration()):
        for code in SYSTEMS:
            agency = Agency.objects.get(code=code)
            add_client(agency, title="Case system", scopes=SCOPES, client_id=code, secret=SECRET)


def _copy_of(template: Path, place: Path) -> postgres.Cluster:
    cluster = postgres.Cluster(place, account_for(place), OWNER_PASSWORD)
    shutil.copytree(template, cluster.directory)
    for path in [cluster.directory, *cluster.directory.rglob("*")]:
        give(path, cluster.account)
    return cluster


def _valkey(place: Path) -> Service:
    broker = valkey.Broker(place, account_for(place), REDIS_PASSWORD)
    valkey.make(broker)
    return valkey.service(broker, free_port(), place / "valkey.log")


def _port_of(service: Service) -> int:
    """The port a server was told to listen on: on its command line, or in its settings."""
    words = " ".join(map(str, service.command)).replace("=", " ") + "\n" + service.configuration
    found = words.split()
    return int(found[found.index("port") + 1])
