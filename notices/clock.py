"""The only clock that what is due is measured by: the database's."""

import time
from datetime import datetime, timedelta

from django.db import connection


def database_now() -> datetime:
    """The time by the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


class Clock:
    """A time of the database's, carried on by a stopwatch."""

    def __init__(self, at: datetime) -> None:
        self._at, self._started = at, time.monotonic()

    @property
    def elapsed(self) -> timedelta:
        """How long it has run."""
        return timedelta(seconds=time.monotonic() - self._started)

    @property
    def now(self) -> datetime:
        """The time by now."""
        return self._at + self.elapsed
