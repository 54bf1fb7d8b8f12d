"""Where this checkout keeps its data, its logs and its secrets.

Data and logs lie in ``var/``; where the database's account cannot get there (root's checkout below
a closed home), the servers' data lie in ``/var/lib/pierhead/<name>``. Secrets are never in
the checkout: they lie in the user's state directory, under a name made from the checkout's path.
"""

import hashlib
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.accounts import account_for
from config.embedded.refusal import Refused

CHECKOUT = Path(__file__).resolve().parents[2]
ELSEWHERE = Path("/var/lib/pierhead")


@dataclass(frozen=True)
class Places:
    """The directories of one checkout, made where they were missing."""

    checkout: Path
    data: Path
    secrets: Path

    @property
    def var(self) -> Path:
        """What people may look into: logs, the demonstration's sign-ins."""
        return self.checkout / "var"

    @property
    def logs(self) -> Path:
        """One file per program."""
        return self.var / "log"

    @property
    def demonstration(self) -> Path:
        """Written by the demonstration load: sign-ins and an example."""
        return self.var / "demo.json"

    @property
    def running(self) -> Path:
        """Written while it runs: who runs, and where the servers listen."""
        return self.var / "running.json"

    @property
    def lock(self) -> Path:
        """Held by the one launcher of this checkout."""
        return self.var / "lock"


def places_of(checkout: Path = CHECKOUT) -> Places:
    """Find, or make, the places of this checkout."""
    try:
        return _made(checkout)
    except PermissionError as error:
        raise Refused(
            f"{error.filename} belongs to another account. Start Pierhead as the account that "
            "made it, or from a fresh clone."
        ) from None


def name_of(checkout: Path) -> str:
    """The short name that stands for a checkout outside of it."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:16]


def _made(checkout: Path) -> Places:
    var = checkout / "var"
    var.mkdir(exist_ok=True)
    if os.access(var, os.W_OK) and var.stat().st_uid == os.geteuid():
        var.chmod(0o755)
    logs = var / "log"
    logs.mkdir(mode=0o700, exist_ok=True)
    return Places(checkout, _data(checkout, var), _secrets(checkout))


def _data(checkout: Path, var: Path) -> Path:
    """``var`` itself, unless the account that runs the servers cannot get there."""
    account = account_for(var)
    if account is None or account.can_enter(var):
        return var
    elsewhere = ELSEWHERE / name_of(checkout)
    elsewhere.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not account.can_enter(elsewhere):
        ELSEWHERE.chmod(0o711)
        elsewhere.chmod(0o711)
    return elsewhere


def _secrets(checkout: Path) -> Path:
    for state in _state_directories():
        place = state / "pierhead" / name_of(checkout)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    raise Refused(
        "There is nowhere to keep this checkout's secrets: your home directory cannot be written. "
        "Set XDG_STATE_HOME to a directory of yours outside the checkout."
    )


def _state_directories() -> Iterator[Path]:
    """The state directory by the usual convention, then the account's own home."""
    if given := os.environ.get("XDG_STATE_HOME"):
        yield Path(given)
        return
    if home := os.environ.get("HOME"):
        yield Path(home) / ".local" / "state"
    try:
        yield Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".local" / "state"
    except KeyError:
        return
