"""A process answers nobody until it knows that its database is not one from before the ledger."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connections

from config import restored
from config.celery import look_before_working
from retention.ledger_file import Line, append
from tests.referrals.conftest import as_owner

pytestmark = pytest.mark.usefixtures("own_database")
AT = datetime(2026, 11, 26, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def line(settings, tmp_path, monkeypatch):
    """One line of a ledger that the database does not know yet, and a process just started."""
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.ndjson")
    monkeypatch.setattr(restored.Door, "is_open", False)
    line = Line(7, "ended", uuid.uuid4(), 1, "", AT)
    append(settings.ERASURE_LEDGER, [line])
    return line


def know(line):
    as_owner(
        "INSERT INTO retention_ledgerline (kind, case_id, agency_id, reason, at)"
        " VALUES (%s, %s, %s, '', %s)",
        *line.said,
    )


def away(monkeypatch):
    elsewhere = {**connections["default"].settings_dict, "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setattr(restored.settings, "DATABASES", {"default": elsewhere})


def test_web_that_could_not_ask_at_its_start_lets_nobody_in_until_it_has(
    client, line, monkeypatch, caplog
):
    with monkeypatch.context() as meanwhile:
        away(meanwhile)
        restored.refuse_an_older_database()
        shut = client.get("/sign-in/")
    assert "nobody is let in" in caplog.text
    older = client.get("/sign-in/")
    know(line)
    known = client.get("/sign-in/")

    assert (shut.status_code, shut.content) == (503, b"not open\n")
    assert (older.status_code, older.content) == (503, b"not open\n")
    assert known.content != b"not open\n"
    assert client.get("/healthz").status_code == 200


def test_worker_that_cannot_ask_does_not_start(line, monkeypatch):
    know(line)
    with monkeypatch.context() as meanwhile:
        away(meanwhile)
        monkeypatch.setattr("config.celery.refuse_a_wrong_clock", lambda: None)
        with pytest.raises(SystemExit, match="could not be compared"):
            look_before_working()

    look_before_working()


def test_process_beneath_which_an_older_database_was_put_is_shut_when_asked(client, line):
    know(line)
    assert client.get("/readyz").content == b"ready\n"
    as_owner("DELETE FROM retention_ledgerline WHERE case_id = %s", line.case_id)

    asked = client.get("/readyz")

    assert (asked.status_code, asked.content) == (503, b"older database\n")
    assert client.get("/sign-in/").content == b"not open\n"
    know(line)
    assert client.get("/readyz").content == b"ready\n"
    assert client.get("/sign-in/").content != b"not open\n"
