"""Protect: what each verb may touch, tried with every shape of statement."""

import pytest
from psycopg import errors

from tenancy.operations import Protect
from tenancy.roles import WEB, WORKER
from tests import databases
from tests.tenancy.attacks import honest_token, tell
from tests.tenancy.conftest import protect

MAKE = """
CREATE TABLE {0} (id bigint PRIMARY KEY, agency_id bigint NOT NULL, word text NOT NULL);
INSERT INTO {0} VALUES (1, 1, 'ours'), (2, 2, 'theirs');
"""
EVERY_ROW = "SELECT id, agency_id, word FROM {} ORDER BY id"
ALL = "SELECT, INSERT, UPDATE, DELETE"
TABLES = {
    "listed": {"see": "true", "write": "agency_id = {agency}"},
    "loose": {"see": "agency_id = {agency}", "write": "{kind} = 'member'"},
    "passed_on": {
        "see": "true",
        "write": "agency_id = {agency}",
        "change": "agency_id = {agency} OR word = 'free'",
    },
}


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone() as name:
        for table, policy in TABLES.items():
            with databases.owner(name) as owner:
                owner.execute(MAKE.format(table))
            protect(Protect(table, **policy, web=ALL))
        yield name


@pytest.fixture
def web(database):
    with databases.connect(database) as connection:
        tell(connection, honest_token(connection, "member|1|7"))
        yield connection
        connection.rollback()


def left_in(connection, table):
    rows = connection.execute(EVERY_ROW.format(table)).fetchall()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["SELECT count(*) FROM {}", "UPDATE {} SET word = 'x'", "DELETE FROM {}"]
)
def test_nobody_touches_nothing_even_of_what_all_may_see(database, table, verb):
    with databases.connect(database) as connection:
        cursor = connection.execute(verb.format(table))

        touched = cursor.fetchone()[0] if verb.startswith("SELECT") else cursor.rowcount
        assert touched == 0


def test_a_row_that_is_only_seen_is_not_changed_taken_over_locked_or_removed(web):
    assert left_in(web, "listed") == [(1, 1, "ours"), (2, 2, "theirs")]

    assert web.execute("UPDATE listed SET agency_id = 1").rowcount == 1
    assert web.execute("UPDATE listed SET word = 'taken', agency_id = 1 WHERE id = 2").rowcount == 0
    assert web.execute("SELECT id FROM listed ORDER BY id FOR UPDATE").fetchall() == [(1,)]
    assert web.execute("DELETE FROM listed").rowcount == 1
    assert left_in(web, "listed") == [(2, 2, "theirs")]


@pytest.mark.parametrize("statement", ["UPDATE loose SET word = 'x'", "DELETE FROM loose"])
def test_a_statement_that_reads_no_column_is_held_to_what_its_asker_sees(web, statement):
    assert web.execute(statement).rowcount == 1


def test_a_row_is_not_given_away(web):
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute("UPDATE listed SET agency_id = 2 WHERE id = 1")


def test_an_upsert_does_not_reach_another_agencys_row(web):
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute(
            "INSERT INTO listed VALUES (2, 1, 'mine')"
            " ON CONFLICT (id) DO UPDATE SET agency_id = 1, word = 'mine'"
        )


def test_a_change_may_begin_where_the_table_says_so(web, database):
    with databases.owner(database) as owner:
        owner.execute("ALTER TABLE passed_on NO FORCE ROW LEVEL SECURITY")
        owner.execute("INSERT INTO passed_on VALUES (3, 2, 'free') ON CONFLICT DO NOTHING")
        owner.execute("ALTER TABLE passed_on FORCE ROW LEVEL SECURITY")

    assert web.execute("UPDATE passed_on SET agency_id = 1 WHERE id = 3").rowcount == 1
    assert web.execute("UPDATE passed_on SET agency_id = 1 WHERE id = 2").rowcount == 0


def test_a_worker_that_was_granted_nothing_reaches_nothing(database):
    with databases.connect(database, WORKER) as worker:
        tell(worker, honest_token(worker, "system||", WORKER))

        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute("SELECT * FROM listed")


def test_protection_is_undone_as_it_was_done(database):
    """Migrations are reversible: the table is open to its owner, and to nobody else."""
    from django.db import connection  # noqa: PLC0415 -- the fixture chose the database

    owner = databases.OWNER["USER"], databases.OWNER["PASSWORD"]
    databases.use(database, *owner)
    try:
        with connection.schema_editor() as editor:
            Protect("passed_on", **TABLES["passed_on"], web=ALL).database_backwards(
                "tenancy", editor
            )
    finally:
        databases.use(database, WEB.name, WEB.password)

    with databases.owner(database) as looking:
        assert looking.execute("SELECT count(*) FROM passed_on").fetchone()[0] >= 2
    with databases.connect(database) as web, pytest.raises(errors.InsufficientPrivilege):
        web.execute("SELECT * FROM passed_on")
