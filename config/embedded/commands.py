"""The other things one can ask for: `make reset`, `scripts/manage`, servers around a command."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import both_servers
from config.embedded.environment import Environments
from config.embedded.only_one import is_running, the_only_one
from config.embedded.places import CHECKOUT, Places, places_of
from config.embedded.processes import end_with_parent
from config.embedded.progress import say
from config.embedded.run import secrets_and_plan

DEFAULT_PORT = 8000


def reset() -> int:
    """Remove the data, the logs and the secrets of this checkout."""
    places = places_of()
    with the_only_one(places, "make reset"):
        for place in (places.secrets, places.data, places.var):
            _empty(place, but=places.lock)
    say("Removed the data and the keys of this checkout. `make run` starts afresh.")
    if os.environ.get("DATABASE_URL"):
        say("The database in DATABASE_URL is yours and was left alone.")
    return 0


def with_servers(command: list[str]) -> int:
    """Run a command with throwaway servers in its environment; its exit status is ours."""
    with both_servers.servers(durable=False) as running:
        ways_in = {"DATABASE_URL": running.database_url, "REDIS_URL": running.redis_url}
        return _run(command, dict(os.environ) | ways_in)


def manage(words: list[str]) -> int:
    """Run manage.py as the owner, on the servers that run or on ones started for it."""
    places = places_of()
    with _ways_in(places) as environments:
        environment = environments.owner() | environments.migrate()
        environment["SECRET_KEY"] = environments.owner()["SECRET_KEY"]
        return _run([sys.executable, str(CHECKOUT / "manage.py"), *words], environment)


@contextmanager
def _ways_in(places: Places) -> Iterator[Environments]:
    kept, plan = secrets_and_plan(places)
    if is_running(places) and places.running.exists():
        now = json.loads(places.running.read_text())
        yield Environments.of_running(now, kept)
        return
    with the_only_one(places, "scripts/manage"):
        started = both_servers.start(plan)
        try:
            yield Environments(started.database_url, started.redis_url, kept, DEFAULT_PORT)
        finally:
            both_servers.stop(started.services)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """In the foreground: Ctrl-C is the command's to answer, SIGTERM is handed on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent(signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    return child.wait()


def _empty(directory: Path, *, but: Path) -> None:
    for entry in directory.iterdir():
        if entry == but:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
