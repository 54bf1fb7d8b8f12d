"""A process with a wrong clock does not start; one whose clock goes wrong is not ready."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections

from config import right_clock


def off_by(seconds):
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True)


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("seconds", [-600, -3, 3, 600])
def test_process_with_a_wrong_clock_will_not_start(seconds):
    with off_by(seconds), pytest.raises(SystemExit, match="clock differs from the database's"):
        right_clock.refuse_a_wrong_clock()

    right_clock.refuse_a_wrong_clock()


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_second_either_way_is_nothing(seconds):
    with off_by(seconds):
        right_clock.refuse_a_wrong_clock()


@pytest.mark.usefixtures("own_database")
def test_process_starts_while_the_database_is_away(monkeypatch, caplog):
    monkeypatch.setattr(right_clock.settings, "DATABASES", {"default": elsewhere()})

    right_clock.refuse_a_wrong_clock()

    assert "the clock could not be compared" in caplog.text


def elsewhere():
    return {**connections["default"].settings_dict, "HOST": "127.0.0.1", "PORT": "1"}


@pytest.mark.usefixtures("own_database")
def test_ready_is_not_said_by_a_wrong_clock(client):
    with off_by(600):
        wrong = client.get("/readyz")
    right = client.get("/readyz")

    assert (wrong.status_code, wrong.content) == (503, b"wrong clock\n")
    assert (right.status_code, right.content) == (200, b"ready\n")
