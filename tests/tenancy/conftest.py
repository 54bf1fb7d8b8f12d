"""A table of tenants to attack: two agencies' words, behind :class:`tenancy.operations.Protect`."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection

from tenancy.operations import Protect
from tests import databases

OURS, THEIRS = 1, 2
MAKE = """
CREATE TABLE tenancy_probe (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency_id bigint NOT NULL,
    word text NOT NULL,
    UNIQUE (agency_id, word) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO tenancy_probe (agency_id, word) VALUES (1, 'ours'), (2, 'theirs');
"""


def protect(protection: Protect) -> None:
    """Run the operation as the owner does when it migrates."""
    web = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    owner = databases.OWNER["USER"], databases.OWNER["PASSWORD"]
    databases.use(databases.current(), *owner)
    try:
        with connection.schema_editor() as editor:
            protection.database_forwards("tenancy", editor)
    finally:
        databases.use(databases.current(), *web)


def add(word: str | None) -> None:
    """Add a word to the probe, as the asker of the work."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tenancy_probe (agency_id, word) VALUES (1, %s)", [word])


def words() -> list[str]:
    """The probe's words that the asker sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM tenancy_probe ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def probe(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """A clone with ``tenancy_probe``: everyone sees their agency's words and writes them."""
    with django_db_blocker.unblock(), databases.clone() as name:
        with databases.owner(name) as owner:
            owner.execute(MAKE)
        protect(
            Protect(
                "tenancy_probe",
                see="agency_id = {agency}",
                write="agency_id = {agency} AND {kind} = 'member'",
                web="SELECT, INSERT, UPDATE, DELETE",
                worker="SELECT",
            )
        )
        yield SimpleNamespace(database=name, table="tenancy_probe")
