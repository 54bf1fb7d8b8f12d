"""`make run`, whole: from a copy of the checkout, in a path with a space, through kill -9."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.both_servers import throwaway_directory
from config.embedded.places import CHECKOUT, ELSEWHERE, name_of
from config.embedded.processes import free_port

COLD_SECONDS = 180  # a start beside the rest of the suite, with little of two cores


class Launched:
    """A copy of the house that is started as `make run` does."""

    def __init__(self, place: Path) -> None:
        self.checkout = place / "a checkout"
        self.state = place / "state"
        self.log = place / "said"
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> str:
        """Start it and return what it said up to its address."""
        named = {"DATABASE_URL", "REDIS_URL", "DATABASE_ROLE_PREFIX"}
        environment = {name: value for name, value in os.environ.items() if name not in named}
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "config.embedded",
                    "--end-with-parent",
                    "run",
                    "--port",
                    str(self.port),
                ],
                cwd=self.checkout,
                env=environment | {"XDG_STATE_HOME": str(self.state)},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        give_up_at = time.monotonic() + COLD_SECONDS
        while "Ctrl-C stops everything" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up_at, self.log.read_text()
            time.sleep(0.1)
        return self.log.read_text()

    def end(self, number: signal.Signals) -> int:
        """Send the launcher a signal and return how it ended."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def get(self, path: str) -> int:
        """The status of a page."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def people(self) -> list[dict[str, str]]:
        """Who can sign in, by the demonstration's own word."""
        written = (self.checkout / "var" / "demo.json").read_text()
        return json.loads(written)["accounts"]

    def left(self) -> list[str]:
        """What still runs in, or out of, the copy."""
        places = [str(self.checkout), str(ELSEWHERE / name_of(self.checkout))]
        return [line for line in _processes() if any(place in line for place in places)]

    def is_gone_within(self, seconds: float) -> bool:
        """Whether nothing is left."""
        give_up_at = time.monotonic() + seconds
        while self.left() and time.monotonic() < give_up_at:
            time.sleep(0.1)
        return self.left() == []


@pytest.fixture
def launched() -> Iterator[Launched]:
    with throwaway_directory() as place:
        copy = Launched(place)
        _copy_checkout(copy.checkout)
        try:
            yield copy
        finally:
            if copy.process and copy.process.poll() is None:
                copy.end(signal.SIGTERM)
            shutil.rmtree(ELSEWHERE / name_of(copy.checkout), ignore_errors=True)


def test_make_run_starts_survives_and_leaves_nothing_behind(launched):
    """One test, because a start is what costs: cold, killed, started again, stopped."""
    first = launched.start()
    assert f"Pierhead runs at http://localhost:{launched.port}" in first
    assert "Invented people who can sign in" in first
    assert launched.get("/readyz") == 200

    launched.end(signal.SIGKILL)
    assert launched.is_gone_within(15), launched.left()

    people = launched.people()
    launched.start()
    assert launched.people() == people
    assert launched.get("/readyz") == 200

    assert launched.end(signal.SIGTERM) == 0
    assert launched.left() == []
    assert "Stopped. The data are kept" in launched.log.read_text()


def _copy_checkout(copy: Path) -> None:
    """The files that are, or are about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy / name)


def _processes() -> Iterator[str]:
    """One line for each process that lives: its number, where it works, its words."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text().replace("\0", " ")
            yield f"{entry.name} {(entry / 'cwd').readlink()} {words}"
        except OSError:
            continue
