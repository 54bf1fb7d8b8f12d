"""Servers of the user's own, named by DATABASE_URL and REDIS_URL: are they fit to be used?"""

from urllib.parse import urlsplit

import psycopg

from config.embedded import valkey
from config.embedded.refusal import Refused

OLDEST = 15
MAKES_ROLES = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"


def refuse_unfit_database(url: str) -> None:
    """Refuse a database that cannot be reached, is too old, or whose role may not make roles."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
            role = connection.info.user
            row = connection.execute(MAKES_ROLES).fetchone()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"The database in DATABASE_URL cannot be used: {reason}") from None
    if version < OLDEST:
        raise Refused(
            f"The database in DATABASE_URL is PostgreSQL {version}; use {OLDEST} or newer."
        )
    if row != (True,):
        raise Refused(
            f"The role in DATABASE_URL must own the database and be allowed to make roles: "
            f"ALTER ROLE {role} CREATEROLE"
        )


def refuse_unfit_broker(url: str) -> None:
    """Refuse a broker that does not answer."""
    if not valkey.answers(url):
        place = urlsplit(url)
        raise Refused(
            f"The server in REDIS_URL ({place.hostname}:{place.port or 6379}) does not answer, "
            "or refuses the password."
        )
