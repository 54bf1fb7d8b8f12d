"""Asks PostgreSQL's own catalogue what may reach what, and says in sentences what is wrong."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from psycopg import Connection

from tenancy.operations import EXEMPT
from tenancy.roles import ROLES, WORKER
from tests.tenancy.declared import DEFINERS, SEALED

Rows = list[tuple[Any, ...]]
VERBS = {"SELECT", "INSERT", "UPDATE", "DELETE"}

UNLOCKED_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE %s
"""
EXEMPT_YET_LOCKED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
    AND coalesce(obj_description(c.oid, 'pg_class'), '') LIKE %s
"""
RIGHTS = """
SELECT c.relname, pg_get_userbyid(a.grantee), a.privilege_type, c.relrowsecurity
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION
SELECT c.relname, pg_get_userbyid(a.grantee), a.privilege_type, c.relrowsecurity
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
WHERE c.relnamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""
POLICIES = """
SELECT tablename, roles::text[], cmd, qual, with_check, permissive FROM pg_policies
WHERE schemaname = 'public'
"""
VIEWS = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND (relkind IN ('m', 'f')
    OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))
"""
DEFINING_FUNCTIONS = """
SELECT p.oid::regprocedure::text, coalesce(array_to_string(p.proconfig, ';'), ''),
    p.provolatile = 'v' AND has_function_privilege('public', p.oid, 'EXECUTE'),
    pg_get_userbyid(p.proowner)
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
"""
POWERS = """
SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
    AND (rolsuper OR rolbypassrls OR rolreplication
        OR rolname <> %s AND (rolcreaterole OR rolcreatedb))
"""
MEMBERSHIPS = """
SELECT pg_get_userbyid(member), pg_get_userbyid(roleid) FROM pg_auth_members
WHERE pg_get_userbyid(member) = ANY (%s)
"""
OWNED = """
SELECT pg_get_userbyid(refobjid), classid::regclass::text FROM pg_shdepend
WHERE deptype = 'o' AND pg_get_userbyid(refobjid) = ANY (%s)
    AND (dbid = 0 OR dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
LOOSE_ENDS = """
SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
    AND (has_schema_privilege(rolname, 'public', 'CREATE')
        OR has_database_privilege(rolname, %s, 'TEMPORARY, CREATE'))
"""


def faults(connection: Connection[Any], *, owner: str, database: str) -> list[str]:
    """Everything in the catalogue that is not as it must be. ``database`` was really migrated."""
    processes = [role.name for role in ROLES]
    return sorted(
        [
            *_of_tables(connection),
            *_of_rights(connection, [owner, *processes]),
            *_of_views_and_functions(connection, owner),
            *_of_roles(connection, owner, processes, database),
        ]
    )


def _rows(connection: Connection[Any], query: str, *parameters: object) -> Rows:
    return connection.execute(query, parameters).fetchall()


def _of_tables(connection: Connection[Any]) -> Iterator[str]:
    for (table,) in _rows(connection, UNLOCKED_TABLES, f"{EXEMPT}_%"):
        yield f"{table} neither forces row-level security nor says why it is exempt"
    for (table,) in _rows(connection, EXEMPT_YET_LOCKED, f"{EXEMPT}%"):
        yield f"{table} says it is exempt, and is not"


def _of_rights(connection: Connection[Any], known: list[str]) -> Iterator[str]:
    policies, owner = _rows(connection, POLICIES), known[0]
    for table, role, verb, is_locked in _rows(connection, RIGHTS):
        if role == owner:
            continue
        if role not in known or verb not in VERBS:
            yield f"{role} may {verb} {table}"
        elif is_locked and not any(_covers(policy, table, role, verb) for policy in policies):
            yield f"{role} may {verb} {table}, which has no policy for that"
        if role == WORKER.name and any(fnmatch(table, sealed) for sealed in SEALED):
            yield f"{role} may {verb} {table}, which holds sealed values"
    for table, roles, cmd, *_ in policies:
        if "public" in roles:
            yield f"{table} has a policy for {cmd} that is everybody's"


def _covers(policy: tuple[Any, ...], table: str, role: str, verb: str) -> bool:
    """Whether the policy speaks of the verb: what may be read, and what may be left behind."""
    of, roles, cmd, using, check, permissive = policy
    like = {role, *(other for each, other in _declared_members() if each == role)}
    if of != table or not like & {*roles} or cmd not in {verb, "ALL"} or permissive != "PERMISSIVE":
        return False
    reads, writes = bool(using), bool(check) or (cmd == "ALL" and bool(using))
    return {"INSERT": writes, "UPDATE": reads and writes}.get(verb, reads)


def _declared_members() -> set[tuple[str, str]]:
    """Which role sees like which other."""
    return {(role.name, role.sees_like.name) for role in ROLES if role.sees_like}


def _of_views_and_functions(connection: Connection[Any], owner: str) -> Iterator[str]:
    for (view,) in _rows(connection, VIEWS):
        yield f"{view} is a view that does not ask as its reader"
    for function, settings, is_everybodys, whose in _rows(connection, DEFINING_FUNCTIONS):
        if function not in DEFINERS:
            yield f"{function} runs as its owner and is not declared"
        if "search_path=pg_catalog" not in settings or not settings.endswith("pg_temp"):
            yield f"{function} runs as its owner with a search path that is not fixed"
        if is_everybodys:
            yield f"{function} runs as its owner, may write, and is everybody's"
        if whose != owner:
            yield f"{function} runs as {whose}"


def _of_roles(
    connection: Connection[Any], owner: str, processes: list[str], database: str
) -> Iterator[str]:
    for (role,) in _rows(connection, POWERS, [owner, *processes], owner):
        yield f"{role} has powers that pass the lock"
    for member, role in {*_rows(connection, MEMBERSHIPS, processes)} - _declared_members():
        yield f"{member} is a member of {role}"
    for role, kind in _rows(connection, OWNED, processes):
        yield f"{role} owns something in {kind}"
    for (role,) in _rows(connection, LOOSE_ENDS, processes, database):
        yield f"{role} may make tables, temporary or not"
