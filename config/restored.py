"""Whether the database knows every erasure and withdrawal that the ledger's file holds.

After a restore from a backup it does not, and whoever opened it would bring back what people were
promised to be gone. So no process works on it until ``manage.py restore replay`` has run: none
starts, one that could not ask when it started answers nobody until it has, and one beneath which
an older database was put is shut by whoever asks whether it is ready.
"""

import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from retention.ledger_file import LedgerChanged, Line, newest_line, read_lines

logger = logging.getLogger(__name__)
_ASK: Final = "SELECT retention_unknown(%s::text[], %s::uuid[], %s::bigint[], %s::timestamptz[])"
_OLDER: Final = (
    "The ledger of erasures holds %d lines that this database does not know. It was restored from"
    " before them: run `manage.py restore replay`, then start again."
)


class Door:
    """Whether this process has seen that its database knows the whole ledger."""

    is_open = False


def refuse_an_older_database(*, also_if_silent: bool = False) -> None:
    """End this process, saying why, if the ledger holds what the database does not.

    Where no ledger is kept, or none has been written yet, there is nothing to ask. Who cannot ask
    again later ends ``also_if_silent``.
    """
    try:
        missing = _missing()
    except LedgerChanged as error:
        sys.exit(f"{error} Put a true copy of it back, then start again.")
    if missing:
        sys.exit(_OLDER % missing)
    if missing is None:
        if also_if_silent:
            sys.exit("The database does not answer: the ledger could not be compared.")
        logger.warning("The database does not answer: nobody is let in until it has.")
    Door.is_open = missing == 0


def may_open() -> bool:
    """Whether this process may answer; asked again where it could not be told at its start."""
    if not settings.ERASURE_LEDGER or Door.is_open:
        return True
    missing = _missing()
    if missing:
        logger.error(_OLDER, missing)
    Door.is_open = missing == 0
    return Door.is_open


def still_knows() -> bool:
    """Whether the database of the open transaction knows the newest line; if not, shut the door.

    What an older one lacks it lacks from the end, as a replay does all of it or nothing.
    """
    if not settings.ERASURE_LEDGER:
        return True
    newest = newest_line(settings.ERASURE_LEDGER)
    with connection.cursor() as cursor:
        cursor.execute(_ASK, _said([newest] if newest else []))
        Door.is_open = cursor.fetchone()[0] == 0
    return Door.is_open


def _missing() -> int | None:
    """How many lines the database does not know; None if it does not answer.

    Asked before anything else is opened, so over a connection of its own.
    """
    lines = read_lines(settings.ERASURE_LEDGER) if settings.ERASURE_LEDGER else []
    if not lines:
        return 0
    place = settings.DATABASES["default"]
    try:
        with psycopg.connect(
            dbname=place["NAME"],
            user=place["USER"],
            password=place["PASSWORD"],
            host=place["HOST"],
            port=place["PORT"] or None,
            connect_timeout=2,
        ) as asked:
            row = asked.execute(_ASK, _said(lines)).fetchone()
    except psycopg.OperationalError:
        return None
    return int(row[0]) if row else None


def _said(lines: Sequence[Line]) -> tuple[list[str], list[UUID], list[int], list[datetime]]:
    said = [line.said for line in lines]
    return (
        [each[0] for each in said],
        [each[1] for each in said],
        [each[2] for each in said],
        [each[3] for each in said],
    )
