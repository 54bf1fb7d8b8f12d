"""The engine: the one that runs here, or one of our own that leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from drill.report import NotShown, Report, wait_until

HERE = Path(__file__).resolve().parent.parent
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
OWN_BRIDGE = Path("/sys/class/net/docker0")


def answers(environment: Mapping[str, str]) -> bool:
    """Whether an engine with compose can be talked to."""
    asked = ["docker", "info"], ["docker", "compose", "version"]
    return all(_ask(command, environment) for command in asked)


@contextmanager
def engine(folder: Path, report: Report) -> Iterator[dict[str, str]]:
    """The environment in which ``docker compose`` works."""
    if shutil.which("docker") and answers(os.environ):
        report.remark("the engine that runs here was used")
        yield dict(os.environ)
        return
    with report.showing("Engine and compose fetched"):
        subprocess.run([HERE / "get_engine", folder], check=True)
    with _own_engine(folder) as environment:
        yield environment


@contextmanager
def _own_engine(folder: Path) -> Iterator[dict[str, str]]:
    socket = f"unix://{folder}/docker.sock"
    environment = os.environ | {"DOCKER_HOST": socket, "DOCKER_CONFIG": str(folder / "client")}
    with _network_as_it_was(), (folder / "dockerd.log").open("w") as log:
        daemon = _start(folder, socket, log.fileno())
        try:
            wait_until(30, "the engine answers", lambda: _alive(daemon, environment, folder))
            yield environment
        finally:
            _stop(daemon, folder)


def _start(folder: Path, socket: str, log: int) -> subprocess.Popen[bytes]:
    (folder / "daemon.json").write_text(json.dumps({}))
    places = {"data-root": "data", "exec-root": "exec", "pidfile": "docker.pid"}
    words = [f"--{option}={folder / place}" for option, place in places.items()]
    return subprocess.Popen(
        ["dockerd", f"--config-file={folder / 'daemon.json'}", f"--host={socket}", *words],
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C is for us, who stop it in good order
    )


def _alive(daemon: subprocess.Popen[bytes], environment: Mapping[str, str], folder: Path) -> bool:
    if daemon.poll() is not None:
        raise NotShown(f"The engine ended: see {folder / 'dockerd.log'}")
    return answers(environment)


def _stop(daemon: subprocess.Popen[bytes], folder: Path) -> None:
    """SIGTERM and patience: a killed engine leaves containers and mounts behind."""
    daemon.send_signal(signal.SIGTERM)
    daemon.wait(timeout=60)
    for mount in _mounts_under(folder):
        subprocess.run(["umount", mount], check=False)
    for place in ("data", "exec"):
        shutil.rmtree(folder / place, ignore_errors=True)


def _mounts_under(folder: Path) -> list[str]:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return sorted((place for place in mounts if place.startswith(f"{folder}/")), reverse=True)


@contextmanager
def _network_as_it_was() -> Iterator[None]:
    """An engine leaves a bridge and firewall rules behind. Ours does not, where there were none."""
    rules = subprocess.run(["iptables-save"], capture_output=True, check=True).stdout
    forwarding, is_first = FORWARDING.read_text(), b"DOCKER" not in rules
    try:
        yield
    finally:
        if is_first:
            _forget(rules, forwarding)


def _forget(rules: bytes, forwarding: str) -> None:
    tables = (b"filter", b"nat")
    bare = b"".join(b"*" + table + b"\nCOMMIT\n" for table in tables if b"*" + table not in rules)
    subprocess.run(["iptables-restore"], input=bare + rules, check=True)
    FORWARDING.write_text(forwarding)
    if OWN_BRIDGE.exists():
        time.sleep(0.2)
        subprocess.run(["ip", "link", "delete", OWN_BRIDGE.name], check=False)


def _ask(command: list[str], environment: Mapping[str, str]) -> bool:
    asked = subprocess.run(command, env=dict(environment), capture_output=True, check=False)
    return asked.returncode == 0
