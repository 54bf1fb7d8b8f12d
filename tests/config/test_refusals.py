"""What stops a start, each in a sentence that says what to do."""

import os
import socket

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from config.embedded import Refused, only_one, own_servers, run
from config.embedded.__main__ import main
from config.embedded.only_one import is_running, the_only_one
from config.embedded.places import Places


@pytest.fixture
def places(tmp_path) -> Places:
    (tmp_path / "var").mkdir()
    return Places(tmp_path, tmp_path / "var", tmp_path / "state")


def test_port_that_is_taken_names_another(monkeypatch):
    monkeypatch.setattr(run, "PORT_PATIENCE", 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(Refused, match=f"Port {port} is taken .* make run PORT={port + 1}"):
            run.refuse_a_taken_port(port)


def test_port_that_is_free_is_fine():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

    run.refuse_a_taken_port(port)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        main(["run", "--port", port])

    assert "is no port" in capsys.readouterr().err


def test_full_disk_says_how_much_is_needed(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "NEEDED_BYTES", 2**60)

    with pytest.raises(Refused, match=r"The disk is full: .* MB left, and Pierhead needs"):
        run.refuse_a_full_disk(tmp_path)


def test_second_launcher_of_a_checkout_is_told_of_the_first(places, monkeypatch):
    monkeypatch.setattr(only_one, "PATIENCE", 0)
    with (
        the_only_one(places, "http://localhost:8000"),
        pytest.raises(Refused, match=r"already runs from this checkout \(http://localhost:8000\)"),
        the_only_one(places, "http://localhost:8001"),
    ):
        pass


def test_lock_of_an_ended_launcher_stops_nobody(places):
    with the_only_one(places, "the first"):
        assert is_running(places)

    assert not is_running(places)
    with the_only_one(places, "the second"):
        assert places.lock.read_text() == "the second"


def test_database_that_cannot_be_reached_is_said_without_its_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://dba:hush@127.0.0.1:1/none")

    with pytest.raises(Refused, match="DATABASE_URL cannot be used") as refusal:
        run.refuse_unfit_servers()

    assert "hush" not in str(refusal.value)


def test_broker_that_does_not_answer_is_said_without_its_password(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://:hush@127.0.0.1:1/0")

    with pytest.raises(Refused, match=r"REDIS_URL \(127.0.0.1:1\) does not answer") as refusal:
        run.refuse_unfit_servers()

    assert "hush" not in str(refusal.value)


def test_role_that_may_not_make_roles_is_refused():
    owner = os.environ["DATABASE_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE ROLE pierhead_test_powerless LOGIN PASSWORD 'x'")
        theirs = make_conninfo(owner, user="pierhead_test_powerless", password="x")
        try:
            with pytest.raises(Refused, match="ALTER ROLE pierhead_test_powerless CREATEROLE"):
                own_servers.refuse_unfit_database(theirs)
        finally:
            connection.execute("DROP ROLE pierhead_test_powerless")


def test_servers_that_are_fit_pass():
    run.refuse_unfit_servers()
