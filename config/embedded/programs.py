"""Pierhead's own programs: web, worker, beat and notary."""

import http.client
import signal
import sys
from pathlib import Path

from config.embedded.environment import Environments
from config.embedded.places import Places
from config.embedded.processes import Service

READY = "/readyz"


def web(places: Places, environments: Environments) -> Service:
    """Gunicorn on the loopback, by both its addresses where there are two."""
    port = environments.port
    addresses = [f"--bind={host}:{port}" for host in loopback_hosts()]
    return Service(
        name="Web",
        command=[sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn", *addresses],
        environment=environments.web(),
        directory=places.checkout,
        log=places.logs / "web.log",
        is_ready=lambda _: is_ready_on(port),
        death_signal=signal.SIGKILL,  # its workers go with it: config/gunicorn.py
    )


def worker(places: Places, environments: Environments) -> Service:
    """Celery's worker, one task at a time."""
    options = ["--pool=prefork", "--concurrency=1", "--loglevel=INFO"]
    alone = ["--without-gossip", "--without-mingle"]
    return Service(
        name="Worker",
        command=[*_celery("worker"), *options, *alone],
        environment=environments.worker(),
        directory=places.checkout,
        log=places.logs / "worker.log",
        death_signal=signal.SIGKILL,  # its pool goes with it: config/celery.py
    )


def beat(places: Places, environments: Environments) -> Service:
    """Celery's clock."""
    schedule = places.var / "beat-schedule"
    return Service(
        name="Beat",
        command=[*_celery("beat"), f"--schedule={schedule}", "--pidfile=", "--loglevel=INFO"],
        environment=environments.worker(),
        directory=places.checkout,
        log=places.logs / "beat.log",
    )


def notary(places: Places, environments: Environments) -> Service:
    """Signs where the chains of evidence stand. It is told what the web is told."""
    return Service(
        name="Notary",
        command=[sys.executable, "manage.py", "audit", "sign", "--loop"],
        environment=environments.web(),
        directory=places.checkout,
        log=places.logs / "notary.log",
    )


def is_ready_on(port: int) -> bool:
    """Whether the web server says that it can work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", READY, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def loopback_hosts() -> list[str]:
    """``localhost`` is two addresses on most machines; browsers try either first."""
    has_second = Path("/proc/net/if_inet6").exists() and " lo" in Path(
        "/proc/net/if_inet6"
    ).read_text(encoding="ascii")
    return ["127.0.0.1", "[::1]"] if has_second else ["127.0.0.1"]


def _celery(program: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app=config", program]
