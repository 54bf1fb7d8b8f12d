"""Real databases for the suite: one migrated template, and clones of it, each in a blink.

Tests sign in as the web role, as requests do. The owner is asked only to make and drop databases,
and by tests that look at rows behind the policies' back.
"""

import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management import call_command
from django.db import connections

from config import env
from tenancy.roles import WEB, WORKER, DatabaseRole
from tests import world

OWNER: dict[str, Any] = env.database(os.environ["DATABASE_URL"])
# Set by whoever comes first, and inherited by the workers it starts.
TEMPLATE = f"pierhead_test_{os.environ.setdefault('PIERHEAD_TEST_RUN', uuid.uuid4().hex[:12])}"
PATIENCE = 4
ROLES_LOCK = Path(tempfile.gettempdir()) / "pierhead_test.roles.lock"


def owner(database: str) -> psycopg.Connection[Any]:
    """A connection of the owner, each statement its own transaction."""
    return psycopg.connect(
        dbname=database,
        user=OWNER["USER"],
        password=OWNER["PASSWORD"],
        host=OWNER["HOST"],
        port=OWNER["PORT"] or None,
        autocommit=True,
    )


def connect(database: str, role: DatabaseRole = WEB) -> psycopg.Connection[Any]:
    """A connection of one of the house's roles, past Django; it begins a transaction by itself."""
    return psycopg.connect(url_of(database, role))


def current() -> str:
    """The database Django uses just now."""
    return str(connections["default"].settings_dict["NAME"])


def make_template() -> None:
    """Migrate a database and put the world into it. Once a run, whatever number of workers."""
    with owner(OWNER["NAME"]) as connection:
        connection.execute(f'CREATE DATABASE "{TEMPLATE}"')
    use(TEMPLATE, OWNER["USER"], OWNER["PASSWORD"])
    with ROLES_LOCK.open("w") as lock:  # roles are the cluster's, for one run at a time to alter
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0)
    world.build()
    connections["default"].close()


def template_exists() -> bool:
    """Whether some worker of this run has made the template."""
    with owner(OWNER["NAME"]) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(query, [TEMPLATE]).fetchone() is not None


def drop(database: str) -> None:
    """Drop a database; who still holds on to it has four times five seconds to let go.

    By force only after that: the owner may not end the sessions of other roles.
    """
    with owner(OWNER["NAME"]) as connection:
        for _ in range(PATIENCE):
            try:
                connection.execute(f'DROP DATABASE IF EXISTS "{database}"')
            except psycopg.errors.ObjectInUse:
                continue
            return
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def drop_all() -> None:
    """Drop the template and whatever clones a worker that was killed left behind."""
    with owner(OWNER["NAME"]) as connection:
        query = "SELECT datname FROM pg_database WHERE datname ^@ %s"
        names = [name for (name,) in connection.execute(query, [TEMPLATE]).fetchall()]
    for name in names:
        drop(name)


def use(database: str, user: str, password: str) -> None:
    """Point Django at a database, in this and in later threads."""
    connections["default"].close()
    connections.settings["default"].update(NAME=database, USER=user, PASSWORD=password)
    connections["default"].settings_dict.update(NAME=database, USER=user, PASSWORD=password)


@contextmanager
def clone() -> Iterator[str]:
    """A database of one's own, cloned from the template, that Django uses as the web role."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex[:8]}"
    before = dict(connections.settings["default"])
    with owner(OWNER["NAME"]) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    use(name, WEB.name, WEB.password)
    try:
        yield name
    finally:
        use(before["NAME"], before["USER"], before["PASSWORD"])
        drop(name)


@contextmanager
def signed_in_as(role: DatabaseRole) -> Iterator[None]:
    """Let Django talk to the same database as another role (the worker's sweeps run as one)."""
    before = dict(connections.settings["default"])
    use(before["NAME"], role.name, role.password)
    try:
        yield
    finally:
        use(before["NAME"], before["USER"], before["PASSWORD"])


@contextmanager
def as_owner() -> Iterator[None]:
    """Let Django talk to the same database as its owner, as an operator's command does."""
    before = dict(connections.settings["default"])
    use(before["NAME"], OWNER["USER"], OWNER["PASSWORD"])
    try:
        yield
    finally:
        use(before["NAME"], before["USER"], before["PASSWORD"])


def url_of(database: str, role: DatabaseRole = WEB) -> str:
    """The URL under which a process of its own reaches a database."""
    return _url(database, role.name, role.password)


def owner_url_of(database: str) -> str:
    """The URL under which the operator's command line reaches a database."""
    return _url(database, OWNER["USER"], OWNER["PASSWORD"])


def _url(database: str, user: str, password: str) -> str:
    host, port = OWNER["HOST"], OWNER["PORT"] or 5432
    return f"postgresql://{user}:{quote(password, safe='')}@{host}:{port}/{database}"


__all__ = [
    "WEB",
    "WORKER",
    "as_owner",
    "clone",
    "connect",
    "current",
    "drop_all",
    "owner",
    "owner_url_of",
    "signed_in_as",
    "url_of",
]
