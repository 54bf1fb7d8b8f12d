"""The database's own roles: who signs in as what, and which askers each may speak for.

``<prefix>_web`` serves requests, ``<prefix>_worker`` runs the worker and the beat. Neither owns
anything, is a superuser or passes row-level security. The owner (``DATABASE_URL`` of ``migrate``)
makes them, sets their passwords and stores the signing key that belongs to each password.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
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
ROLES: Final = (WEB, WORKER)


def prefix() -> str:
    """What the roles' names start with: the database's name, unless the operator says otherwise."""
    return str(settings.DATABASE_ROLE_PREFIX or connection.settings_dict["NAME"])


def make_roles() -> None:
    """Make, or bring up to date, the roles of this database. Only its owner can."""
    for role in ROLES:
        _run("CREATE ROLE {role} NOLOGIN" if not _exists(role) else "SELECT 1", role)
        _run("ALTER ROLE {role} LOGIN PASSWORD {password}", role, password=role.password)
        for setting, value in LIMITS.items():
            _run(f"ALTER ROLE {{role}} SET {setting} = '{value}'", role)
        database = sql.Identifier(str(connection.settings_dict["NAME"]))
        _run("GRANT CONNECT ON DATABASE {database} TO {role}", role, database=database)
        _run("GRANT USAGE ON SCHEMA public TO {role}", role)


def store_keys() -> None:
    """Store what each role's signatures are checked with; the owner's own among them."""
    owner = str(connection.settings_dict["USER"])
    password = str(connection.settings_dict["PASSWORD"])
    _store_key(owner, password, (Kind.MIGRATION,))
    for role in ROLES:
        _store_key(role.name, role.password, role.kinds)


def _store_key(role: str, password: str, kinds: tuple[Kind, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_rolekey (role, kinds, inner_pad, outer_pad)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (role) DO UPDATE SET"
            " kinds = excluded.kinds, inner_pad = excluded.inner_pad,"
            " outer_pad = excluded.outer_pad",
            [role, [str(kind) for kind in kinds], *pads_of(key_of(password))],
        )


def _exists(role: DatabaseRole) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name])
        return cursor.fetchone() is not None


def _run(statement: str, role: DatabaseRole, **parts: str | sql.Composable) -> None:
    values = {
        name: part if isinstance(part, sql.Composable) else sql.Literal(part)
        for name, part in parts.items()
    }
    query = sql.SQL(statement).format(role=sql.Identifier(role.name), **values)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(query)
