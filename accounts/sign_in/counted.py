"""What is counted before anybody has signed in, kept as JSON in a table.

Django's cache of this kind unpickles what it reads: whoever can write one row of its table runs
code in the process that reads it, and that process has the keys. Numbers and lists need no more
than JSON.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone

_INSERT: Final = """
INSERT INTO accounts_cache AS kept (cache_key, value, expires)
VALUES (%(key)s, %(value)s, %(expires)s)
ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
"""
_STATEMENTS: Final = {
    "set": _INSERT,
    "add": _INSERT + "WHERE kept.expires < %(now)s",
    "touch": "UPDATE accounts_cache SET expires = %(expires)s WHERE cache_key = %(key)s",
}
_FIND: Final = (
    "SELECT cache_key, value FROM accounts_cache WHERE cache_key = ANY(%s) AND expires > %s"
)


class JsonCache(DatabaseCache):
    """Django's cache in a table, but for how values are written; what is not JSON is not there."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """The values there are, by their keys."""
        named = {self.make_and_validate_key(key, version=version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [list(named), timezone.now()])
            rows = cursor.fetchall()
        read = {named[kept]: _read(value) for kept, value in rows}
        return {key: value for key, value in read.items() if value is not None}

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        now, ends = timezone.now(), self.get_backend_timeout(timeout)
        expires = datetime.max.replace(tzinfo=UTC) if ends is None else _moment(ends)
        named: dict[str, Any] = {
            "key": key,
            "value": json.dumps(value),
            "expires": expires,
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_cache")
            (rows,) = cursor.fetchone()
            if rows > self._max_entries:
                # Django's own, which its types leave out
                self._cull(connection.alias, cursor, now, rows)  # type: ignore[attr-defined]
            cursor.execute(_STATEMENTS[mode], named)
            return bool(cursor.rowcount)


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=UTC)


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None
