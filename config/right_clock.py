"""Whether this machine's clock agrees with the database's, which deadlines are measured by.

What people do is stamped with the time of the process they did it in. Were that wrong, a visit
could end in the future or an attempt lie before it, so a process with a wrong clock does not
start, and one whose clock has gone wrong is not ready.
"""

import logging
import sys
import time
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection

LARGEST: Final = 2.0
"""Seconds. Beyond the network's own delay, which is taken off."""
_ASK: Final = "SELECT extract(epoch FROM clock_timestamp())"
logger = logging.getLogger(__name__)


def refuse_a_wrong_clock() -> None:
    """End this process, saying why, if its clock is wrong. Without a database nobody can tell.

    Asked before anything else is opened, so over a connection of its own.
    """
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
            before = time.time()
            row = asked.execute(_ASK).fetchone()
            found = _beyond(float(row[0]) if row else before, before, time.time())
    except psycopg.OperationalError:
        logger.warning("The database does not answer: the clock could not be compared.")
        return
    if found > LARGEST:
        sys.exit(
            f"This machine's clock differs from the database's by {found:.0f} seconds."
            " Set it right, then start again."
        )


def is_right() -> bool:
    """Whether the clocks agree, asked in the transaction that is open."""
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute(_ASK)
        theirs = float(cursor.fetchone()[0])
    return _beyond(theirs, before, time.time()) <= LARGEST


def _beyond(theirs: float, before: float, after: float) -> float:
    """By how much their clock lies outside of what ours said before and after asking."""
    return max(before - theirs, theirs - after, 0.0)
