"""The database's own roles: who signs in as what, and which askers each may speak for.

``<prefix>_web`` serves requests, ``<prefix>_worker`` runs the worker and the beat,
``<prefix>_keyd`` the key service, which sees what the web sees and counts what it gave. None of
them owns anything, is a superuser or passes row-level security. The owner
(``DATABASE_URL`` of ``migrate``) makes them, sets their passwords and stores the signing key that
belongs to each password.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from psycopg import sql

from tenancy.context import Kind
from tenancy.signing import key_of, pads_of

LEAST_PASSWORD: Final = 16
LIMITS: Final = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
}


@dataclass(frozen=True)
class DatabaseRole:
    """A role a process signs in with."""

    suffix: str
    kinds: tuple[Kind, ...]
    sees_like: "DatabaseRole | None" = None
    """Another role whose rights it has, and whose rows it sees."""

    @property
    def name(self) -> str:
        """The role's name in the cluster."""
        return f"{prefix()}_{self.suffix}"

    @property
    def password(self) -> str:
        """The role's password, which only the process that migrates is given."""
        password = str(settings.DATABASE_ROLE_PASSWORDS[self.suffix])
        if len(password) < LEAST_PASSWORD:
            name = f"DATABASE_{self.suffix.upper()}_PASSWORD"
            raise ImproperlyConfigured(f"Set {name} to at least {LEAST_PASSWORD} characters.")
        return password


WEB: Final = DatabaseRole("web", (Kind.MEMBER, Kind.CLIENT))
WORKER: Final = DatabaseRole("worker", (Kind.SYSTEM,))
KEYD: Final = DatabaseRole("keyd", (Kind.MEMBER, Kind.CLIENT), sees_like=WEB)
ROLES: Final = (WEB, WORKER, KEYD)


def prefix() -> str:
    """What the roles' names start with: the database's name, unless the operator says otherwise."""
    return str(settings.DATABASE_ROLE_PREFIX or connection.settings_dict["NAME"])


def bring_up_to_date() -> None:
    """Make or renew the roles, and with a new password its key, at once. Only the owner can."""
    with transaction.atomic():
        _keep_the_public_out()
        for role in ROLES:
            _make(role)
        if keys_are_kept():
            store_keys()


def store_keys() -> None:
    """Store what each role's signatures are checked with; the owner's own among them."""
    owner = str(connection.settings_dict["USER"])
    password = str(connection.settings_dict["PASSWORD"])
    _store_key(owner, password, (Kind.MIGRATION,))
    for role in ROLES:
        _store_key(role.name, role.password, role.kinds)


def _keep_the_public_out() -> None:
    """No role but ours connects, makes temporary tables, or puts things where names are found."""
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    _run("REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _make(role: DatabaseRole) -> None:
    name = sql.Identifier(role.name)
    if not _rows("SELECT 1 FROM pg_roles WHERE rolname = %s", role.name):
        _run("CREATE ROLE {role} NOLOGIN", role=name)
    if _rows("SELECT 1 FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls)", role.name):
        raise ImproperlyConfigured(f"{role.name} passes row-level security; take that from it.")
    _run("ALTER ROLE {role} LOGIN PASSWORD {verifier}", role=name, verifier=_verifier(role))
    for setting, value in LIMITS.items():
        _run(f"ALTER ROLE {{role}} SET {setting} = '{value}'", role=name)
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    _run("GRANT CONNECT ON DATABASE {database} TO {role}", role=name, database=database)
    _run("GRANT USAGE ON SCHEMA public TO {role}", role=name)
    if role.sees_like:
        _run("GRANT {other} TO {role}", other=sql.Identifier(role.sees_like.name), role=name)


def _verifier(role: DatabaseRole) -> sql.Literal:
    """What the server keeps of the password. The password, being the key, stays out of its log."""
    connection.ensure_connection()
    made = connection.connection.pgconn.encrypt_password(
        role.password.encode(), role.name.encode(), b"scram-sha-256"
    )
    return sql.Literal(made.decode())


def keys_are_kept() -> bool:
    """Whether this room is migrated."""
    return bool(_rows("SELECT 1 FROM pg_class WHERE oid = to_regclass(%s)", "tenancy_rolekey"))


def _store_key(role: str, password: str, kinds: tuple[Kind, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_rolekey (role, kinds, inner_pad, outer_pad)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (role) DO UPDATE SET"
            " kinds = excluded.kinds, inner_pad = excluded.inner_pad,"
            " outer_pad = excluded.outer_pad",
            [role, [str(kind) for kind in kinds], *pads_of(key_of(password))],
        )


def _rows(query: str, name: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return list(cursor.fetchall())


def _run(statement: str, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))
