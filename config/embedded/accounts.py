"""Which account the servers run as, and what that account can reach.

PostgreSQL refuses to run as root, so root hands the servers to an account that already exists:
whoever owns the data, else ``postgres``, else ``nobody``. Nobody's permissions are changed.
"""

import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.refusal import Refused

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account, by number."""

    name: str
    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        """Whether this account can reach the directory; asked of the kernel, not worked out."""
        question = ["/usr/bin/test", "-x", f"{directory}/."]
        answer = subprocess.run(
            question, user=self.uid, group=self.gid, extra_groups=[], cwd="/", check=False
        )
        return answer.returncode == 0


def account_for(data: Path) -> Account | None:
    """The account the servers on this data run as; None is whoever we are."""
    if os.geteuid() != 0:
        return None
    for account in _candidates(data):
        return account
    raise Refused(
        "As root, PostgreSQL needs an ordinary account to run as, and there is neither "
        "'postgres' nor 'nobody' here. Start Pierhead as an ordinary user instead."
    )


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner, where there is one to give to."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _candidates(data: Path) -> Iterator[Account]:
    cluster = data / "postgres"
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        yield Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        yield Account(name, entry.pw_uid, entry.pw_gid)
