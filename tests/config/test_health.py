"""The two questions of whoever keeps the house running."""

import pytest
from django.db import connections


def test_alive_is_said_without_a_database_or_a_known_host(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.usefixtures("own_database")
def test_ready_is_said_when_the_database_lets_us_in(client):
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.usefixtures("own_database")
def test_not_ready_is_said_while_the_database_is_away(client, monkeypatch):
    connections["default"].close()
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"no database\n")
