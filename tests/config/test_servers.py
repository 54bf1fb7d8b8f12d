"""The servers carried along: who may enter, and what becomes of them when things are killed."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from config.embedded import Servers, binaries, postgres, servers
from config.embedded.accounts import Account, account_for
from config.embedded.both_servers import throwaway_directory


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that the servers' account can reach, which pytest's own are not."""
    with throwaway_directory() as made:
        yield made


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Servers]:
    """Servers of this module's own, whatever the environment names."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.delenv("REDIS_URL", raising=False)
        with servers(place) as started:
            yield started


def test_owner_is_no_superuser_and_may_make_roles_and_databases(running):
    with psycopg.connect(running.database_url) as connection:
        found = connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert found == ("pierhead_owner", False, True, True)


def test_superuser_cannot_enter(running):
    port = urlsplit(running.database_url).port

    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg.connect(f"postgresql://{postgres.SUPERUSER}:x@127.0.0.1:{port}/postgres")


def test_owner_without_the_password_cannot_enter(running):
    port = urlsplit(running.database_url).port

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://{postgres.OWNER}:guess@127.0.0.1:{port}/pierhead")


def test_broker_refuses_whoever_has_no_password(running):
    stranger = redis.Redis(port=urlsplit(running.redis_url).port)

    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_broker_never_forgets_work_to_save_room(running):
    with redis.Redis.from_url(running.redis_url) as client:
        settings = client.config_get("maxmemory-policy", "appendonly")

    assert settings == {"maxmemory-policy": "noeviction", "appendonly": "yes"}


def test_passwords_are_in_no_argument_list(running):
    passwords = {urlsplit(running.redis_url).password, urlsplit(running.database_url).password}

    arguments = [Path(f"/proc/{each.pid}/cmdline").read_text() for each in running.services]

    assert not [word for word in passwords for line in arguments if word in line]


def test_servers_run_as_an_ordinary_account(running):
    owners = {Path(f"/proc/{each.pid}").stat().st_uid for each in running.services}

    assert 0 not in owners


def test_account_is_ours_unless_we_are_root(place):
    assert (account_for(place) is None) == (os.geteuid() != 0)


def test_servers_named_by_the_environment_are_handed_back(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/theirs")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/3")

    with servers() as theirs:
        assert theirs == Servers("postgresql://somebody@elsewhere/theirs", "redis://elsewhere/3")


def test_killed_database_keeps_what_it_acknowledged(running):
    database = next(each for each in running.services if each.name == "PostgreSQL")
    with psycopg.connect(running.database_url) as connection:
        connection.execute("CREATE TABLE promise AS SELECT 'kept' AS word")

    os.kill(database.pid, signal.SIGKILL)
    database.process.wait()
    _start_again(database)

    with psycopg.connect(running.database_url) as connection:
        assert connection.execute("SELECT word FROM promise").fetchall() == [("kept",)]


def test_stale_lock_that_names_a_living_stranger_is_removed(tmp_path):
    cluster = postgres.Cluster(tmp_path, None, "unused")
    cluster.directory.mkdir()
    lock = cluster.directory / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{cluster.directory}\n")

    postgres.wait_for_an_earlier_one(cluster)

    assert not lock.exists()


def test_lock_of_a_living_server_is_respected(running, place):
    cluster = postgres.Cluster(place, None, "unused")

    with pytest.raises(postgres.Refused, match=r"still uses .* kill -INT \d+"):
        postgres.wait_for_an_earlier_one(cluster, seconds=0)

    assert (cluster.directory / "postmaster.pid").exists()


def test_programs_out_of_reach_are_copied_with_their_libraries(place):
    class Stranger(Account):
        def can_enter(self, directory: Path) -> bool:
            del directory
            return False

    programs = binaries.postgres_programs(place, Stranger("nobody", 65534, 65534))
    said = subprocess.run([programs / "initdb", "--version"], capture_output=True, check=True)

    assert programs.is_relative_to(place)
    assert said.stdout.startswith(b"initdb (PostgreSQL) 18")


def test_pg_bin_names_other_programs(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    assert binaries.postgres_programs(tmp_path, None) == tmp_path


def test_servers_end_when_their_starter_is_killed():
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, env=_without_servers(), text=True
    )
    pids = [int(word) for word in starter.stdout.readline().split()]

    starter.kill()
    starter.wait()
    starter.stdout.close()

    assert len(pids) == 2
    assert _all_gone(pids, within=10)


STARTER = textwrap.dedent(
    """
    import time
    from config.embedded import servers
    with servers(durable=False) as running:
        print(*(each.pid for each in running.services), flush=True)
        time.sleep(60)
    """
)


def _without_servers() -> dict[str, str]:
    named = {"DATABASE_URL", "REDIS_URL"}
    return {name: value for name, value in os.environ.items() if name not in named}


def _start_again(database) -> None:
    """As the launcher does: the orphans of a killed server let go of its memory in a moment."""
    for _ in range(50):
        database.start()
        try:
            database.wait_until_ready(20)
        except postgres.Refused:
            time.sleep(0.1)
        else:
            return
    pytest.fail(database.last_words())


def _all_gone(pids: list[int], within: float) -> bool:
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if not any(_is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
