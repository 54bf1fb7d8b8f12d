"""Forgetting answers: a day after they were given, in the worker, without opening one."""

from datetime import datetime
from typing import Final

from django.db import connection

from api.idempotency import KEPT_FOR
from tenancy.context import Context
from tenancy.work import unit_of_work

BATCH: Final = 1_000
MOST: Final = 50
"""Batches in one turn; what is left waits half a minute."""
_FORGET: Final = """
DELETE FROM api_storedanswer WHERE id IN (
    SELECT id FROM api_storedanswer WHERE created_at < %s ORDER BY created_at LIMIT %s
)"""


def sweep(at: datetime) -> int:
    """Forget every answer older than a day; returns how many."""
    forgotten = 0
    for _ in range(MOST):
        with unit_of_work(Context.system()), connection.cursor() as cursor:
            cursor.execute(_FORGET, [at - KEPT_FOR, BATCH])
            forgotten += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return forgotten
