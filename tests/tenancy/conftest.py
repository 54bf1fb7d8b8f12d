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
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, agency_id bigint NOT NULL, word text NOT NULL
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
