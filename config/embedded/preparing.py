"""Between the servers and the programs: tables, static files, and the demonstration once."""

import hashlib
import sys
from pathlib import Path

from config.embedded.environment import Environments
from config.embedded.places import CHECKOUT, Places
from config.embedded.processes import Service, run_once
from config.embedded.progress import step
from config.embedded.refusal import Refused

MANAGE = CHECKOUT / "manage.py"


def prepare(places: Places, environments: Environments) -> None:
    """Bring the database up to date; collect the static files beside it, on the other core."""
    static = _begin_collecting(places, environments)
    with step("Bringing the database up to date"):
        _manage(
            ["migrate", "--no-input"], environments.migrate(), "Bringing the database up to date"
        )
    if static:
        with step("Collecting the static files"):
            _finish_collecting(static, places)
    with step("Loading the demonstration, if it is not there yet"):
        _manage(["demo", "--once"], environments.owner(), "Loading the demonstration")


def _manage(words: list[str], environment: dict[str, str], doing: str) -> None:
    command = [sys.executable, str(MANAGE), *words]
    run_once(command, doing=doing, directory=CHECKOUT, environment=environment)


def _begin_collecting(places: Places, environments: Environments) -> Service | None:
    """Start it, unless nothing changed since the last time."""
    if _collected(places).exists() and _collected(places).read_text() == _fingerprint():
        return None
    service = Service(
        name="Collecting the static files",
        command=[sys.executable, MANAGE, "collectstatic", "--no-input", "--clear", "-v0"],
        environment=environments.worker(),
        directory=CHECKOUT,
        log=places.logs / "collectstatic.log",
    )
    service.start()
    return service


def _finish_collecting(service: Service, places: Places) -> None:
    if service.process is not None and service.process.wait():
        raise Refused(f"Collecting the static files failed.{service.last_words()}")
    _collected(places).write_text(_fingerprint())


def _collected(places: Places) -> Path:
    return places.var / "static-collected"


def _fingerprint() -> str:
    """Changes when a static file of ours or the set of packages does."""
    sources = [CHECKOUT / "requirements.txt", *CHECKOUT.glob("*/static/**/*")]
    sources += CHECKOUT.glob("static/**/*")
    seen = sorted((str(path), path.stat().st_mtime_ns) for path in sources if path.is_file())
    return hashlib.sha256(repr(seen).encode()).hexdigest()
