"""What every test stands on: a real database, a root key, and people to act."""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests import databases
from tests.world import People

_RUN = Path(tempfile.gettempdir()) / f"{databases.TEMPLATE}.run"


@pytest.fixture(scope="session", autouse=True)
def root_key(django_db_blocker: object) -> Path:
    """The suite's own root key, shared by its workers because the template is."""
    _RUN.mkdir(exist_ok=True)
    path = _RUN / "root.key"
    with (_RUN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_bytes(secrets.token_bytes(32))
            path.chmod(0o400)
    settings.ROOT_KEY_FILE = str(path)
    return path


@pytest.fixture(scope="session")
def django_db_setup(root_key: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One template a run, one clone of it a worker."""
    with django_db_blocker.unblock():
        with (_RUN / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not databases.template_exists():
                databases.make_template()
        with databases.clone():
            yield


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database that commits, for races, processes and evidence; its name."""
    with django_db_blocker.unblock(), databases.clone() as name:
        yield name


@pytest.fixture
def people(request: pytest.FixtureRequest) -> People:
    """The members of the world's agencies; brings a database along unless there is one."""
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")
    return People()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The controller, or the only process, drops what the run made.

    With ``PIERHEAD_TEST_KEEP`` the template stays for the next run against the same servers,
    which then starts in a second; whoever changes a migration or the world drops it by hand.
    """
    if hasattr(session.config, "workerinput") or os.environ.get("PIERHEAD_TEST_KEEP"):
        return
    databases.drop_all()
    shutil.rmtree(_RUN, ignore_errors=True)
