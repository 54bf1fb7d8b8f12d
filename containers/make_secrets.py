"""Makes the secrets that are missing, and gives each service its own and no other.

The one-shot service ``secrets`` runs this before anything else. What is invented is kept in one
place (``KEEP``) that no running service sees; each service has a place of its own, and in it files
that only its account can read (0400). It runs again at every start and changes nothing that is
there, so a password is renewed by removing it from the keep.
"""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

PLACES: Final = Path("/secrets")
KEEP: Final = "keep"
ROOT_KEY: Final = "root.key"
ROOT_KEY_BYTES: Final = 32
WORDS: Final = (
    "database-superuser",
    "database-owner",
    "database-web",
    "database-worker",
    "database-keyd",
    "keyd-assertion",
    "redis",
    "secret-key-web",
    "secret-key-worker",
    "webhooks",
)
FROM_OPERATOR: Final = ("email-password", "notify-api-key")
"""Empty until the operator gives them."""
DATABASE: Final = "pierhead"
LEDGER: Final = "ledger"
SOCKET: Final = "socket"
UIDS: Final = {
    "web": 10001,
    "worker": 10002,
    "beat": 10003,
    "notary": 10005,
    "keyd": 10006,
    "migrate": 10004,
    "manage": 10004,
    "db": 999,
    "redis": 999,
}


class KeysAreGone(Exception):
    """There was a root key once. A new one would open nothing."""


class Delivery(NamedTuple):
    """A file for a service."""

    service: str
    name: str
    content: bytes


def make(places: Path) -> None:
    """Invent what is missing, then hand every service its files.

    :raises KeysAreGone: if the root key is missing where one was handed out before.
    """
    keep = places / KEEP
    keep.chmod(0o700)
    was_handed_out = any((places / each / ROOT_KEY).exists() for each in ("web", "keyd", "manage"))
    if not (keep / ROOT_KEY).exists() and was_handed_out:
        raise KeysAreGone
    _invent(keep)
    for delivery in deliveries(keep):
        hand_over(places, delivery)
    for service in ("web", "notary"):
        (places / service / ROOT_KEY).unlink(missing_ok=True)  # of before keyd held it
    if (ledger := places / LEDGER).exists():
        os.chown(ledger, UIDS["worker"], UIDS["worker"])  # it writes there, the others read
    if (place := places / SOCKET).exists():
        os.chown(place, UIDS["keyd"], UIDS["keyd"])  # it listens there


def _invent(keep: Path) -> None:
    _keep_once(keep / ROOT_KEY, secrets.token_bytes(ROOT_KEY_BYTES))
    for word in WORDS:
        _keep_once(keep / word, secrets.token_urlsafe(48).encode())
    for word in FROM_OPERATOR:
        _keep_once(keep / word, b"")


def _keep_once(path: Path, content: bytes) -> None:
    if not path.exists():
        _write(path, content, uid=None)


def deliveries(keep: Path) -> Iterator[Delivery]:
    """Who is told what. The root key is told to keyd and to the operator's commands alone."""
    said = {word: (keep / word).read_bytes().strip().decode() for word in (*WORDS, *FROM_OPERATOR)}
    root = (keep / ROOT_KEY).read_bytes()
    broker = f"redis://:{said['redis']}@redis:6379/0"

    for service, role, key in (
        ("web", "web", "web"),
        ("worker", "worker", "worker"),
        ("beat", "worker", "worker"),
        ("notary", "web", "web"),
        ("keyd", "keyd", "worker"),
        ("migrate", "owner", "worker"),
        ("manage", "owner", "web"),
    ):
        url = f"postgresql://{DATABASE}_{role}:{said[f'database-{role}']}@db/{DATABASE}"
        yield from _words(service, database_url=url, secret_key=said[f"secret-key-{key}"])
        if service not in {"migrate", "notary", "keyd"}:
            yield from _words(service, redis_url=broker)
    for service in ("keyd", "manage"):
        yield Delivery(service, ROOT_KEY, root)
    yield from _shared(said)
    for word in FROM_OPERATOR:
        yield Delivery("worker", word, said[word].encode())
    yield from _words(
        "migrate",
        **{f"{role}_password": said[f"database-{role}"] for role in ("web", "worker", "keyd")},
    )
    yield from _words(
        "db", superuser_password=said["database-superuser"], owner_password=said["database-owner"]
    )
    yield from _words("redis", password=said["redis"])
    yield Delivery("redis", "redis.conf", f"requirepass {said['redis']}\n".encode())


def _shared(said: Mapping[str, str]) -> Iterator[Delivery]:
    """What two services know between them."""
    for service in ("keyd", "web", "notary"):
        yield from _words(service, keyd_assertion=said["keyd-assertion"])
    for service in ("web", "worker"):
        yield from _words(service, webhooks_key=said["webhooks"])


def _words(service: str, **files: str) -> Iterator[Delivery]:
    for name, content in files.items():
        yield Delivery(service, name.replace("_", "-"), content.encode())


def hand_over(places: Path, delivery: Delivery) -> None:
    """Put a file into its service's place, whole or not at all, for that account alone."""
    place = places / delivery.service
    place.chmod(0o755)  # its files are closed; the place is the service's alone anyway
    _write(place / delivery.name, delivery.content, uid=UIDS[delivery.service])


def _write(path: Path, content: bytes, *, uid: int | None) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
        if uid is not None:
            os.fchown(handle, uid, uid)
    unfinished.rename(path)


if __name__ == "__main__":
    try:
        make(PLACES)
    except KeysAreGone:
        sys.exit(
            "The root key was made before and is not in its volume any more. A new one would open "
            "no case. Put the volume back from its backup (docs/running.md)."
        )
