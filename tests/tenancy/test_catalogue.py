"""The whole database, room by room: nothing lies outside the second lock unless it says why."""

import pytest

from tenancy.roles import KEYD, WEB, WORKER
from tests import databases
from tests.tenancy.catalogue import faults

OWNER = databases.OWNER["USER"]


def faults_of(connection):
    return faults(connection, owner=OWNER, database=databases.TEMPLATE)


@pytest.fixture
def owner(django_db_setup):
    """What is done here is undone: PostgreSQL rolls back definitions too."""
    with (
        databases.owner(databases.current()) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


@pytest.mark.usefixtures("django_db_setup")
def test_the_catalogue_holds_nothing_unaccounted_for():
    with databases.owner(databases.current()) as connection:
        assert faults_of(connection) == []


LOOPHOLES = {
    "CREATE TABLE stray (id int)": [
        "stray neither forces row-level security nor says why it is exempt"
    ],
    "CREATE TABLE stray (id int); COMMENT ON TABLE stray IS 'exempt: '": [
        "stray neither forces row-level security nor says why it is exempt"
    ],
    "CREATE TABLE stray (id int); ALTER TABLE stray ENABLE ROW LEVEL SECURITY": [
        "stray neither forces row-level security nor says why it is exempt"
    ],
    "ALTER TABLE audit_auditentry NO FORCE ROW LEVEL SECURITY": [
        "audit_auditentry neither forces row-level security nor says why it is exempt"
    ],
    "COMMENT ON TABLE audit_auditentry IS 'exempt: because'": [
        "audit_auditentry says it is exempt, and is not"
    ],
    'GRANT UPDATE (reason) ON audit_auditentry TO "{worker}"': [
        "{worker} may UPDATE audit_auditentry, which has no policy for that"
    ],
    "DROP POLICY audit_auditentry_see ON audit_auditentry": [
        "{web} may SELECT audit_auditentry, which has no policy for that"
    ],
    "CREATE POLICY wide ON audit_auditentry FOR SELECT USING (true)": [
        "audit_auditentry has a policy for SELECT that is everybody's"
    ],
    'GRANT TRUNCATE ON audit_auditentry TO "{web}"': ["{web} may TRUNCATE audit_auditentry"],
    'GRANT SELECT (id) ON vault_agencykey TO "{worker}"': [
        "{worker} may SELECT vault_agencykey, which holds sealed values"
    ],
    "GRANT SELECT ON vault_agencykey TO PUBLIC": ["unknown (OID=0) may SELECT vault_agencykey"],
    "GRANT SELECT ON vault_agencykey TO pg_monitor": ["pg_monitor may SELECT vault_agencykey"],
    "CREATE VIEW every_entry AS SELECT * FROM audit_auditentry": [
        "every_entry is a view that does not ask as its reader"
    ],
    "CREATE MATERIALIZED VIEW every_entry AS SELECT * FROM audit_auditentry": [
        "every_entry is a view that does not ask as its reader"
    ],
    "CREATE FUNCTION stray() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": [
        "stray() runs as its owner and is not declared",
        "stray() runs as its owner with a search path that is not fixed",
        "stray() runs as its owner, may write, and is everybody's",
    ],
    "GRANT EXECUTE ON FUNCTION audit_append(jsonb) TO PUBLIC": [
        "audit_append(jsonb) runs as its owner, may write, and is everybody's"
    ],
    "ALTER FUNCTION audit_append(jsonb) SET search_path = public": [
        "audit_append(jsonb) runs as its owner with a search path that is not fixed"
    ],
    'GRANT CREATE ON SCHEMA public TO "{web}"': [
        "{keyd} may make tables, temporary or not",
        "{web} may make tables, temporary or not",
    ],
    'ALTER ROLE "{web}" CREATEDB': ["{web} has powers that pass the lock"],
    'GRANT "{worker}" TO "{web}"': ["{web} is a member of {worker}"],
}


@pytest.mark.parametrize(("loophole", "named"), LOOPHOLES.items())
def test_a_loophole_is_named(owner, loophole, named):
    """The positive control of every rule above."""
    names = {"web": WEB.name, "worker": WORKER.name, "keyd": KEYD.name}

    owner.execute(loophole.format(**names))

    assert faults_of(owner) == [fault.format(**names) for fault in named]


def test_a_view_that_asks_as_its_reader_is_no_loophole(owner):
    owner.execute(
        "CREATE VIEW own WITH (security_invoker = true) AS SELECT * FROM audit_auditentry"
    )

    assert faults_of(owner) == []
