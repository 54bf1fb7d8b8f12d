"""Programs kept running, tried on real ones: started again, given up on, made to stop.

The watching runs in a process of its own, because it adopts and ends whatever is orphaned.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from config.embedded import Refused
from config.embedded.processes import Service, run_once


def a_service(tmp_path: Path, script: str, **details) -> Service:
    return Service(
        name="Trial",
        command=["/bin/sh", "-c", script],
        environment={"PATH": "/usr/bin:/bin"},
        directory=tmp_path,
        log=tmp_path / "trial.log",
        **details,
    )


def test_program_that_ends_while_starting_is_refused_with_its_last_words(tmp_path):
    service = a_service(tmp_path, "echo no such table; exit 3", is_ready=lambda _: False)
    service.start()

    with pytest.raises(Refused, match=r"Trial stopped while starting(.|\n)*no such table"):
        service.wait_until_ready(10)


def test_program_that_is_never_ready_is_refused(tmp_path):
    service = a_service(tmp_path, "exec sleep 60", is_ready=lambda _: False)
    service.start()

    with pytest.raises(Refused, match="Trial was not ready after 0 seconds"):
        service.wait_until_ready(0)
    service.stop()


def test_program_deaf_to_asking_is_made_to_stop(tmp_path):
    service = a_service(tmp_path, "trap '' TERM; echo > deaf; while :; do sleep 0.1; done")
    service.start()
    while not (tmp_path / "deaf").exists():
        time.sleep(0.01)

    service.stop(patience=0.2)

    assert service.has_ended


def test_program_sees_nothing_of_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ROOT_KEY_FILE", "/somewhere")
    service = a_service(tmp_path, "env > told")
    service.start()
    service.process.wait()

    assert "ROOT_KEY_FILE" not in (tmp_path / "told").read_text()


def test_command_that_fails_is_refused_in_its_own_words():
    with pytest.raises(Refused, match=r"Migrating failed \(4\).\n    relation exists"):
        run_once(["/bin/sh", "-c", "echo relation exists; exit 4"], doing="Migrating")


WATCHER = textwrap.dedent(
    """
    import pathlib, sys
    from config.embedded.keeping_up import keep_up
    from config.embedded.processes import Service, adopt_orphans
    from config.embedded.refusal import Refused

    place = pathlib.Path(sys.argv[1])
    adopt_orphans()
    service = Service("Trial", ["/bin/sh", "-c", sys.argv[2]], {"PATH": "/usr/bin:/bin"},
                      place, place / "log")
    service.start()
    try:
        keep_up([service])
    except Refused as reason:
        print(reason)
    """
)


@pytest.fixture
def watch(tmp_path):
    """Start a watcher of a shell script; ended afterwards."""
    watchers = []

    def start(script: str) -> subprocess.Popen:
        command = [sys.executable, "-c", WATCHER, str(tmp_path), script]
        watchers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return watchers[-1]

    yield start
    for watcher in watchers:
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()


def test_killed_program_is_started_again_and_its_orphans_are_ended(watch, tmp_path):
    watch("sleep 60 & echo $! >> orphans; echo $$ >> pids; wait")
    first = _line(tmp_path / "pids", 0)

    os.kill(first, signal.SIGKILL)

    second = _line(tmp_path / "pids", 1)
    assert second != first
    assert not _is_alive(_line(tmp_path / "orphans", 0))
    assert _is_alive(_line(tmp_path / "orphans", 1))


def test_program_that_keeps_ending_is_given_up_on(watch, tmp_path):
    watcher = watch("echo again >> log2; echo why it ends; exit 1")

    said = watcher.communicate(timeout=30)[0]

    assert "Trial keeps stopping." in said
    assert "why it ends" in said
    assert (tmp_path / "log2").read_text().count("again") == 6


def test_killed_watcher_takes_its_program_along(watch, tmp_path):
    watcher = watch("echo $$ >> pids; exec sleep 60")
    program = _line(tmp_path / "pids", 0)

    watcher.kill()

    give_up_at = time.monotonic() + 10
    while _is_alive(program) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert not _is_alive(program)


def _line(path: Path, number: int) -> int:
    """The number on that line of a file that is being written."""
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) > number and lines[number]:
            return int(lines[number])
        time.sleep(0.02)
    raise AssertionError(f"{path} never had {number + 1} lines")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
