"""Copying the ledger out of the database, before anything can bring an older one back."""

from pathlib import Path
from typing import Final

from django.db.models.functions import Now

from retention.ledger_file import Line, append
from retention.models import LedgerLine

BITE: Final = 500


def copy_out(path: str | Path, *, limit: int = BITE) -> int:
    """Append what the file does not have yet, and only then note that it has it; how many.

    The caller's transaction holds the rows. Dying in between, it is appended again: twice is once.
    """
    waiting = LedgerLine.objects.filter(copied_at=None).select_for_update(skip_locked=True)
    rows = list(waiting.order_by("id")[:limit])
    if rows:
        append(path, map(_line, rows))
        LedgerLine.objects.filter(pk__in=[row.pk for row in rows]).update(copied_at=Now())
    return len(rows)


def _line(row: LedgerLine) -> Line:
    return Line(row.pk, row.kind, row.case_id, row.agency_id, row.reason, row.at)
