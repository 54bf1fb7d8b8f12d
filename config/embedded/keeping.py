"""The secrets of one checkout: invented once, kept 0400 outside of it, one to a file."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.embedded.places import Places
from config.embedded.refusal import Refused

ROOT_KEY = "root.key"
ROOT_KEY_BYTES = 32
WORDS = (
    "database-owner",
    "database-web",
    "database-worker",
    "database-keyd",
    "redis",
    "secret-key-web",
    "secret-key-worker",
    "webhooks",
)


@dataclass(frozen=True)
class Kept:
    """Reads what is kept."""

    directory: Path

    @property
    def root_key_file(self) -> Path:
        """The file with the key above all keys; only its path is handed on."""
        return self.directory / ROOT_KEY

    def word(self, name: str) -> str:
        """One of the passwords and signing keys."""
        return (self.directory / name).read_text()


def kept_for(places: Places, *, has_data: bool) -> Kept:
    """Find the secrets; invent them on the first start.

    Data without its keys is no use to anybody, so missing keys are only invented before there is
    data.
    """
    kept = Kept(places.secrets)
    if has_data and not kept.root_key_file.exists():
        raise Refused(
            f"There is data in {places.data}, but its keys are not in {places.secrets}. Keys are "
            "kept by the checkout's path: was it moved, copied, or made by another account? "
            "Put it back, or run `make reset` to start over."
        )
    _once(kept.root_key_file, lambda: secrets.token_bytes(ROOT_KEY_BYTES))
    for name in WORDS:
        _once(kept.directory / name, lambda: secrets.token_urlsafe(48).encode())
    return kept


def _once(path: Path, invent: Callable[[], bytes]) -> None:
    """Write a new secret, whole or not at all, and never over an old one."""
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(invent())
        file.flush()
        os.fsync(handle)
    unfinished.rename(path)
