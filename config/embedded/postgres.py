"""A PostgreSQL of our own: made once, started in the foreground, ended with us.

It listens on the loopback only, wants a password (SCRAM) from everybody, and has one login role,
``pierhead_owner``, which owns the database but is no superuser. The superuser that every cluster
begins with cannot log in at all.
"""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded import binaries
from config.embedded.accounts import Account, give
from config.embedded.processes import Service, run_once
from config.embedded.refusal import Refused

DATABASE = "pierhead"
OWNER = "pierhead_owner"
SUPERUSER = "cluster"
ACCESS = f"""\
# type  database  user       address       method
host    all       {SUPERUSER}    all           reject
host    all       all        127.0.0.1/32  scram-sha-256
"""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_statement": "none",
    "log_parameter_max_length_on_error": "0",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LINE_THAT_SAYS_READY = 7


@dataclass(frozen=True)
class Cluster:
    """Where a cluster is, whose it is, and whether it may lose data."""

    data: Path
    account: Account | None
    owner_password: str
    durable: bool = True

    @property
    def directory(self) -> Path:
        """PostgreSQL's own directory."""
        return self.data / "postgres"

    @property
    def exists(self) -> bool:
        """Whether it was made already."""
        return (self.directory / "PG_VERSION").exists()


def url(owner_password: str, port: int) -> str:
    """The owner's way in."""
    return f"postgresql://{OWNER}:{owner_password}@127.0.0.1:{port}/{DATABASE}"


def make(cluster: Cluster) -> None:
    """Make the cluster, its owner and its database, all or nothing."""
    unfinished = cluster.data / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    give(unfinished, cluster.account)
    programs = binaries.postgres_programs(cluster.data, cluster.account)
    options = [f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    quiet = ["--auth=reject", "--no-instructions", f"--pgdata={unfinished}"]
    _run([programs / "initdb", *options, *quiet], "Making the database's files", cluster)
    _write(unfinished / "pg_hba.conf", ACCESS)
    single: list[str | Path] = [
        programs / "postgres",
        "--single",
        "-D",
        unfinished,
        "-c",
        "exit_on_error=true",
    ]
    _run([*single, "postgres"], "Making the database", cluster, text=_first_statements(cluster))
    unfinished.rename(cluster.directory)
    if cluster.durable:
        os.sync()


def service(cluster: Cluster, port: int, log: Path) -> Service:
    """The server on this cluster, ready to be started."""
    refuse_another_version(cluster)
    programs = binaries.postgres_programs(cluster.data, cluster.account)
    settings = SETTINGS | {"port": str(port)} | ({} if cluster.durable else CARELESS)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Service(
        name="PostgreSQL",
        command=[programs / "postgres", "-D", cluster.directory, *options],
        environment=_environment(),
        directory=cluster.directory.parent,
        log=log,
        account=cluster.account,
        is_ready=lambda this: _says_ready(cluster.directory / "postmaster.pid", this.pid),
        stop_signal=signal.SIGINT,  # its fast shutdown: clients are sent away, nothing is lost
        death_signal=signal.SIGINT,
    )


def wait_for_an_earlier_one(cluster: Cluster, seconds: float = 10) -> None:
    """See to the lock an earlier server left: wait while it lives, remove it when it is stale.

    PostgreSQL itself takes any living process with the old number for a server, which after a
    restart of the machine may be anything.
    """
    lock = cluster.directory / "postmaster.pid"
    give_up_at = time.monotonic() + seconds
    while (pid := _pid_in(lock)) and _is_server_on(pid, cluster.directory):
        if time.monotonic() > give_up_at:
            raise Refused(
                f"A PostgreSQL (process {pid}) still uses {cluster.directory}. "
                f"Stop it with: kill -INT {pid}"
            )
        time.sleep(0.1)
    lock.unlink(missing_ok=True)


def refuse_another_version(cluster: Cluster) -> None:
    """Refuse files of another major version before the server does so in harder words."""
    made_by = (cluster.directory / "PG_VERSION").read_text().strip()
    programs = binaries.postgres_programs(cluster.data, cluster.account)
    sample = programs.parent / "share" / "postgresql" / "postgres.bki"
    if not sample.exists():
        return
    with sample.open() as heading:
        ours = heading.readline().split()[-1]
    if ours != made_by:
        raise Refused(
            f"The data in {cluster.directory} was made by PostgreSQL {made_by}; this is {ours}. "
            "Run `make reset` to start over (the demonstration's data is made anew)."
        )


def _first_statements(cluster: Cluster) -> str:
    """What makes the owner and the database; one statement a line, as single-user mode reads."""
    return (
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB PASSWORD '{cluster.owner_password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n"
        f"ALTER ROLE {SUPERUSER} NOLOGIN\n"
    )


def _run(command: list[str | Path], doing: str, cluster: Cluster, text: str = "") -> None:
    run_once(
        command,
        doing=doing,
        account=cluster.account,
        directory=cluster.data,
        environment=_environment(),
        text=text,
    )


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _write(path: Path, text: str) -> None:
    """Replace the text of a file that stays with its owner."""
    path.write_text(text)


def _says_ready(lock: Path, pid: int) -> bool:
    try:
        lines = lock.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > LINE_THAT_SAYS_READY and (
        lines[0] == str(pid) and lines[LINE_THAT_SAYS_READY].strip() == "ready"
    )


def _pid_in(lock: Path) -> int:
    try:
        return int(lock.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_server_on(pid: int, directory: Path) -> bool:
    """Whether that process is a server of this directory: a server works from inside it."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == directory.resolve()
    except OSError:
        return False
