"""The root key: 32 random bytes in a file outside the repository, readable by its owner alone.

Whoever holds it and the database reads every case; without it nobody does. It is made once, by
`manage.py vault init PATH`, and is never in a backup together with data.
"""

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from vault.errors import RootKeyRefused
from vault.sealing import KEY_LENGTH, derive

KEY_ID_LENGTH = 8
SAMPLE = bytes(range(KEY_LENGTH))
"""The key our pages show as an example: never to be used."""


@dataclass(frozen=True)
class RootKey:
    """One version of the root."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """Names this key without telling anything of it."""
        return hashlib.sha256(self.derived("id")).digest()[:KEY_ID_LENGTH]

    def derived(self, use: str) -> bytes:
        """The key for one use; the root itself is used for nothing else."""
        return derive(self.secret, info=b"pierhead/v1/root/" + use.encode())


def load_root(path: Path, *, repository: Path) -> RootKey:
    """Read a root key file, or refuse it in one sentence."""
    _refuse_inside(path, repository)
    try:
        mode, secret = _read(path)
    except FileNotFoundError:
        raise RootKeyRefused(
            f"The root key file {path} does not exist. Make one with: manage.py vault init {path}"
        ) from None
    except OSError as fault:
        raise RootKeyRefused(
            f"The root key file {path} cannot be read: {fault.strerror}."
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RootKeyRefused(
            f"The root key file {path} is open to others (mode {mode:04o}). "
            f"Close it with: chmod 400 {path}"
        )
    return RootKey(_checked(secret, path))


def make_root_file(path: Path, *, repository: Path) -> None:
    """Write a new root key, readable by its owner alone; whole or not at all, and over nothing."""
    _refuse_inside(path, repository)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".root-key-") as draft:
        draft.write(secrets.token_bytes(KEY_LENGTH))
        draft.flush()
        os.fchmod(draft.fileno(), 0o400)
        os.fsync(draft.fileno())
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            raise RootKeyRefused(
                f"{path} already exists. A root key is never overwritten: "
                "what it wraps would be lost."
            ) from None


def _read(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        return stat.S_IMODE(os.fstat(file.fileno()).st_mode), file.read(KEY_LENGTH + 1)


def _refuse_inside(path: Path, repository: Path) -> None:
    if path.resolve().is_relative_to(repository.resolve()):
        raise RootKeyRefused(
            f"The root key file {path} is inside the repository. "
            "Keep it elsewhere, so that it is never committed or copied with the code."
        )


def _checked(secret: bytes, path: Path) -> bytes:
    if len(secret) != KEY_LENGTH:
        raise RootKeyRefused(
            f"The root key file {path} has the wrong length: it must hold exactly 32 bytes."
        )
    if secret == SAMPLE or len(set(secret)) == 1:
        raise RootKeyRefused(
            f"The root key file {path} holds a known example. "
            "Make a key of your own with: manage.py vault init PATH"
        )
    return secret
