"""Evidence is added to and nothing else, whoever asks."""

from uuid import uuid4

import pytest
from psycopg import errors

from audit.recording import record
from tenancy.roles import WEB, WORKER
from tenancy.signing import signed
from tenancy.work import unit_of_work
from tests import databases
from tests.audit.conftest import told_of
from tests.tenancy.attacks import backend, honest_token, tell

TABLES = ["audit_auditentry", "audit_chainhead"]
COUNT = "SELECT count(*) FROM {}"
CHANGES = [
    "UPDATE {} SET agency_id = agency_id",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "INSERT INTO {} SELECT * FROM {}",
    "SELECT * FROM {} FOR UPDATE",
]


@pytest.fixture
def about(officer):
    """Something that has happened, and so must have happened for ever."""
    about = uuid4().hex
    with unit_of_work(officer):
        record("open", about=("referral", about))
    yield about
    assert told_of(officer, about) == [("open", "allowed")]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_the_web_role_reads_its_chain_and_changes_nothing(house, officer, about, table, change):
    with databases.connect(house, WEB) as web:
        tell(web, honest_token(web, officer.claim))
        assert web.execute(COUNT.format(table)).fetchone()[0] >= 1

        with pytest.raises(errors.InsufficientPrivilege):
            web.execute(change.format(table, table))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", [*CHANGES, COUNT])
@pytest.mark.usefixtures("about")
def test_the_worker_appends_and_reads_nothing(house, table, change):
    with databases.connect(house, WORKER) as worker:
        tell(worker, honest_token(worker, "system||", WORKER))

        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute(change.format(table, table))


@pytest.mark.parametrize(
    ("change", "table"),
    [(change, "audit_auditentry") for change in CHANGES[:3]]
    + [(change, "audit_chainhead") for change in CHANGES[1:3]],
)
@pytest.mark.usefixtures("about")
def test_the_owner_is_refused_as_well(house, change, table):
    with databases.owner(house) as owner, owner.transaction(force_rollback=True):
        password = databases.OWNER["PASSWORD"]
        tell(owner, signed("migration||", backend=backend(owner), password=password))
        assert owner.execute(COUNT.format(table)).fetchone()[0] >= 1

        with pytest.raises(errors.RestrictViolation, match="append-only"):
            owner.execute(change.format(table))
