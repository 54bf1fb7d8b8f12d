"""Forgetting, in the worker and without opening anything: answers a day after they were given, and
what became of imports after 90 days. By then a visit is too long ago to be brought again."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from api.idempotency import KEPT_FOR
from tenancy.context import Context
from tenancy.work import unit_of_work

BATCH: Final = 1_000
MOST: Final = 50
"""Batches in one turn; what is left waits half a minute."""
IMPORTS_KEPT_FOR: Final = timedelta(days=90)
_ANSWERS: Final = """
DELETE FROM api_storedanswer WHERE id IN (
    SELECT id FROM api_storedanswer WHERE created_at < %s ORDER BY created_at LIMIT %s
)"""
_ROWS: Final = """
DELETE FROM api_importedrow WHERE id IN (
    SELECT r.id FROM api_importedrow r JOIN api_import i ON i.id = r.within_id
    WHERE i.last_at < %s LIMIT %s
)"""
_IMPORTS: Final = """
DELETE FROM api_import WHERE id IN (
    SELECT i.id FROM api_import i WHERE i.last_at < %s
    AND NOT EXISTS (SELECT 1 FROM api_importedrow r WHERE r.within_id = i.id) LIMIT %s
)"""


def sweep(at: datetime) -> int:
    """Forget what is old; returns how many rows."""
    long_ago = at - IMPORTS_KEPT_FOR
    return _forget(_ANSWERS, at - KEPT_FOR) + _forget(_ROWS, long_ago) + _forget(_IMPORTS, long_ago)


def _forget(statement: str, before: datetime) -> int:
    forgotten = 0
    for _ in range(MOST):
        with unit_of_work(Context.system()), connection.cursor() as cursor:
            cursor.execute(statement, [before, BATCH])
            forgotten += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return forgotten
