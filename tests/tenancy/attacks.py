"""What an attacker with SQL on a connection can do: tell the database things, and look."""

from typing import Any

from psycopg import Connection

from tenancy.roles import WEB, DatabaseRole
from tenancy.signing import signed


def backend(connection: Connection[Any]) -> str:
    """The name of the connection's transaction, which begins if none is open."""
    return str(connection.execute("SELECT tenancy_backend()").fetchone()[0])


def honest_token(connection: Connection[Any], claim: str, role: DatabaseRole = WEB) -> str:
    """What the role's own process would say in this transaction."""
    return signed(claim, backend=backend(connection), password=role.password)


def tell(connection: Connection[Any], token: str, *, local: bool = True) -> None:
    """Set the context, as any SQL may."""
    connection.execute("SELECT set_config('pierhead.context', %s, %s)", [token, local])


def words(connection: Connection[Any]) -> list[str]:
    """The words of the probe that the asker sees."""
    return [row[0] for row in connection.execute("SELECT word FROM tenancy_probe ORDER BY id")]
