"""A key service as its own process, on a house that commits; this process is the web."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings as now

from tenancy.roles import KEYD
from tests import databases, given
from vault.keyd import get_keyd

ASSERTION_KEY = "what the web of the suite signs with"


class Process:
    """``manage.py keyd`` with a root the web has not, and what it writes."""

    def __init__(self, place: Path, database: str, root: str) -> None:
        self.socket, self.log = place / "keyd.sock", place / "log"
        self.database, self.root = database, root
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **changes: str) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": databases.url_of(self.database, KEYD),
            "DATABASE_ROLE_PREFIX": now.DATABASE_ROLE_PREFIX,
            "ROOT_KEY_FILE": self.root,
            "KEYD_SOCKET": str(self.socket),
            "KEYD_ASSERTION_KEY": ASSERTION_KEY,
            **changes,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "keyd"],
                cwd=now.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            assert self.process.poll() is None, self.log.read_text()
            if "Keys are served" in self.log.read_text():
                return
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self.process.kill()
        self.process.wait(10)
        self.log.write_text("")

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


@pytest.fixture
def keyd(own_database, settings):
    """Running; whatever this process asks its key service for, it asks there."""
    place = Path(tempfile.mkdtemp(prefix="keyd-"))  # a socket's path is short
    served = Process(place, own_database, settings.ROOT_KEY_FILE)
    served.start()
    settings.KEYD, settings.KEYD_SOCKET = "socket", str(served.socket)
    settings.KEYD_ASSERTION_KEY = ASSERTION_KEY
    settings.ROOT_KEY_FILE = ""
    get_keyd.cache_clear()
    yield served
    get_keyd().hang_up()
    get_keyd.cache_clear()
    served.end()
    shutil.rmtree(place)


@pytest.fixture
def taken(keyd, people):
    """A case that an IDVA has taken, every key of which the service sealed."""
    return given.a_taken_referral(people.officer, people.adviser)
