"""The signed context under attack. Each refusal has its positive control on the same row."""

import psycopg
import pytest
from psycopg import errors

from tenancy.roles import WEB, WORKER
from tenancy.signing import signed
from tests import databases
from tests.tenancy.attacks import backend, honest_token, tell, words

MEMBER = "member|1|7"


def _with_its_end(token: str, end: str) -> str:
    return token[: -len(end)] + end


FORGERIES = {
    "nothing": lambda _: "",
    "only separators": lambda _: "|||",
    "no separators": lambda _: "member",
    "an injected guess": lambda _: "member|1|7|" + "0" * 64,
    "no proof": lambda token: token.rpartition("|")[0] + "|",
    "the proof left off": lambda token: token.rpartition("|")[0],
    "the proof cut short": lambda token: token[:-1],
    "one digit wrong": lambda token: _with_its_end(token, "0" if token[-1] != "0" else "1"),
    "the proof in capitals": lambda token: token[: len(MEMBER)] + token[len(MEMBER) :].upper(),
    "another agency": lambda token: token.replace("member|1|", "member|2|"),
    "another membership": lambda token: token.replace("|7|", "|8|"),
    "another kind": lambda token: token.replace("member|", "client|"),
    "a fifth part": lambda token: token + "|",
    "a part in front": lambda token: "|" + token,
    "a moved separator": lambda token: token.replace("member|1|7", "member||17"),
    "a blank at the end": lambda token: token + " ",
}


@pytest.fixture
def web(probe):
    with databases.connect(probe.database) as connection:
        yield connection


def test_an_honest_member_sees_and_leaves_only_their_agencys_rows(web):
    tell(web, honest_token(web, MEMBER))

    assert words(web) == ["ours"]
    assert web.execute("UPDATE tenancy_probe SET word = word").rowcount == 1
    assert web.execute("DELETE FROM tenancy_probe WHERE agency_id = 2").rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute("INSERT INTO tenancy_probe (agency_id, word) VALUES (2, 'planted')")


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_context_sees_nothing_and_raises_nothing(web, forgery):
    honest = honest_token(web, MEMBER)

    tell(web, forgery(honest))

    assert words(web) == []
    assert web.execute("SELECT tenancy_kind(), tenancy_agency()").fetchone() == (None, None)
    tell(web, honest)
    assert words(web) == ["ours"]


@pytest.mark.parametrize("claim", ["migration||", "system||", "nobody||", "owner||", "|1|7"])
def test_the_web_role_cannot_sign_for_a_kind_that_is_not_its_own(web, claim):
    tell(web, honest_token(web, claim))

    assert words(web) == []
    tell(web, honest_token(web, "client|1|7"))
    assert words(web) == ["ours"]


@pytest.mark.parametrize("claim", ["member|1|7", "client|1|7", "migration||"])
def test_the_worker_role_speaks_for_the_system_alone(probe, claim):
    with databases.connect(probe.database, WORKER) as worker:
        tell(worker, honest_token(worker, claim, WORKER))

        assert words(worker) == []
        tell(worker, honest_token(worker, "system||", WORKER))
        assert words(worker) == ["ours", "theirs"]


def test_a_role_cannot_use_another_roles_key(probe):
    with databases.connect(probe.database, WORKER) as worker:
        tell(worker, signed(MEMBER, backend=backend(worker), password=WEB.password))

        assert words(worker) == []


def test_a_context_is_worth_nothing_in_the_next_transaction(web):
    token = honest_token(web, MEMBER)
    tell(web, token)
    assert words(web) == ["ours"]
    web.commit()

    left_over = web.execute("SELECT current_setting('pierhead.context', true)").fetchone()

    assert left_over == ("",)
    assert words(web) == []
    tell(web, token)
    assert words(web) == []


def test_a_context_is_worth_nothing_after_a_rollback(web):
    tell(web, honest_token(web, MEMBER))
    assert words(web) == ["ours"]

    web.rollback()

    assert words(web) == []


def test_a_context_set_for_the_session_dies_with_its_transaction(web):
    tell(web, honest_token(web, MEMBER), local=False)
    assert words(web) == ["ours"]

    web.commit()

    assert words(web) == []


def test_a_context_seen_in_pg_stat_activity_is_worth_nothing_elsewhere(web, probe):
    """Another session of the role can read it; it is bound to where it was made."""
    token = honest_token(web, MEMBER)
    tell(web, token)
    with databases.connect(probe.database) as eavesdropper:
        tell(eavesdropper, token)

        assert words(eavesdropper) == []
    assert words(web) == ["ours"]


def test_a_context_told_in_autocommit_is_forgotten_at_once(probe):
    with psycopg.connect(databases.url_of(probe.database), autocommit=True) as connection:
        tell(connection, honest_token(connection, MEMBER))

        assert words(connection) == []


def test_a_savepoint_takes_its_context_back_with_it(web):
    web.execute("SAVEPOINT before")
    tell(web, honest_token(web, MEMBER))
    assert words(web) == ["ours"]

    web.execute("ROLLBACK TO SAVEPOINT before")

    assert words(web) == []


@pytest.mark.parametrize("role", [WEB, WORKER], ids=lambda role: role.suffix)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM tenancy_rolekey",
        "UPDATE tenancy_rolekey SET kinds = '{migration}'",
        "COPY tenancy_rolekey TO STDOUT",
        "ALTER TABLE tenancy_probe NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE tenancy_probe DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON tenancy_probe USING (true)",
        "CREATE OR REPLACE FUNCTION tenancy_agency() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine ()",
        "TRUNCATE tenancy_probe",
        "SET ROLE pg_read_all_data",
    ],
)
def test_the_processes_roles_cannot_reach_the_keys_or_the_lock(probe, role, statement):
    with (
        databases.connect(probe.database, role) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("statement", ["SET ROLE {}", "SET SESSION AUTHORIZATION {}"])
def test_the_web_role_cannot_become_the_owner(web, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute(statement.format(databases.OWNER["USER"]))


def test_row_security_cannot_be_turned_off_from_inside(web):
    web.execute("SET LOCAL row_security = off")

    with pytest.raises(errors.InsufficientPrivilege):
        words(web)


def test_temporary_lookalikes_do_not_reach_the_verifier(web):
    """Named first on the search path, they are still not what the definer function reads."""
    web.execute(
        "CREATE TEMP TABLE tenancy_rolekey AS"
        " SELECT session_user AS role, '{member}'::text[] AS kinds,"
        " decode(repeat('36', 64), 'hex') AS inner_pad,"
        " decode(repeat('5c', 64), 'hex') AS outer_pad"
    )
    web.execute("SET LOCAL search_path = pg_temp, public, pg_catalog")

    tell(web, signed(MEMBER, backend=backend(web), password=""))

    assert words(web) == []


def test_the_owner_sees_nothing_without_saying_that_it_migrates(probe):
    with databases.owner(probe.database) as owner, owner.transaction():
        assert words(owner) == []

        token = signed("migration||", backend=backend(owner), password=databases.OWNER["PASSWORD"])
        tell(owner, token)
        assert words(owner) == ["ours", "theirs"]
