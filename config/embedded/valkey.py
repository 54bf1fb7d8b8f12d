"""A Valkey of our own: the broker, on the loopback, behind a password, ended with us.

Its settings go in through standard input, so the password is in no argument list and no file.
"""

import signal
from dataclasses import dataclass
from pathlib import Path

import redis

from config.embedded import binaries
from config.embedded.accounts import Account, give
from config.embedded.processes import Service


@dataclass(frozen=True)
class Broker:
    """Where a broker keeps its log of writes, and whether it keeps one."""

    data: Path
    account: Account | None
    password: str
    durable: bool = True

    @property
    def directory(self) -> Path:
        """Valkey's own directory."""
        return self.data / "valkey"


def url(password: str, port: int) -> str:
    """The way in."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def make(broker: Broker) -> None:
    """Make its directory."""
    broker.directory.mkdir(mode=0o700, exist_ok=True)
    give(broker.directory, broker.account)


def service(broker: Broker, port: int, log: Path) -> Service:
    """The server, ready to be started."""
    address = url(broker.password, port)
    return Service(
        name="Valkey",
        command=[binaries.valkey_program(broker.data, broker.account), "-"],
        environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        directory=broker.directory.parent,
        log=log,
        account=broker.account,
        is_ready=lambda _: answers(address),
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGTERM,
        configuration=_settings(broker, port),
    )


def answers(address: str) -> bool:
    """Whether the server behind the address answers now."""
    try:
        with redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _settings(broker: Broker, port: int) -> str:
    return "\n".join(
        [
            "bind 127.0.0.1",
            "protected-mode yes",
            f"port {port}",
            f"requirepass {broker.password}",
            f'dir "{broker.directory}"',
            f"appendonly {'yes' if broker.durable else 'no'}",
            'save ""',
            "maxmemory-policy noeviction",  # a full broker refuses work aloud, never forgets it
            "",
        ]
    )
