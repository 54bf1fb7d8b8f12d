"""Taking rows in: each is a whole referral or nothing, and the same row again is the same referral.

A bite is one transaction, in which every row is a part that fails by itself.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import F
from rest_framework.exceptions import APIException

from accounts.models import Membership
from api.imports.rows import Row
from api.imports.serializers import RowIn
from api.models import Import, ImportedRow
from api.problems import problem_of
from api.referrals.making import make
from referrals.errors import ReferralError
from tenancy.work import unit_of_work
from vault.keyd import get_keyd

_REFUSALS: Final = (ReferralError, APIException, PermissionDenied)
Outcome = ImportedRow.Outcome


def take(work: Import, rows: Iterable[Row], *, by: Membership, at: datetime) -> list[ImportedRow]:
    """Make a referral of every row that can be one and was not brought before."""
    results = [_take(work, number, row, by) for number, row in enumerate(rows, work.rows + 1)]
    unsaved = [result for result in results if result.outcome != Outcome.MADE]
    ImportedRow.objects.bulk_create(unsaved)
    _count(work, results, at)
    return results


def _count(work: Import, results: list[ImportedRow], at: datetime) -> None:
    said = [result.outcome for result in results]
    made, refused = said.count(Outcome.MADE), said.count(Outcome.REFUSED)
    Import.objects.filter(pk=work.pk).update(
        rows=F("rows") + len(said),
        made=F("made") + made,
        refused=F("refused") + refused,
        already=F("already") + len(said) - made - refused,
        last_at=at,
    )


def _take(work: Import, number: int, row: Row, by: Membership) -> ImportedRow:
    result = ImportedRow(within=work, membership=by, number=number, outcome=Outcome.REFUSED)
    try:
        if row.fault:
            raise row.fault
        with unit_of_work(by.context):
            _make(result, row, by)
    except _REFUSALS as error:
        result.outcome, result.reference = Outcome.REFUSED, ""
        result.problem = _problem(error, row)
    return result


def _make(result: ImportedRow, row: Row, by: Membership) -> None:
    read = RowIn(data=row.given)
    read.is_valid(raise_exception=True)
    given = dict(read.validated_data)
    result.source_hash = _hash(by, given.pop("source_id"))
    result.body_hash = _hash(by, json.dumps(row.given, sort_keys=True))
    if earlier := _reserve(result):
        same = bytes(earlier.body_hash) == result.body_hash
        result.outcome = Outcome.ALREADY if same else Outcome.CHANGED
        result.reference = earlier.reference
        return
    result.reference = make(given, by=by).reference
    ImportedRow.objects.filter(pk=result.pk).update(reference=result.reference)


def _reserve(result: ImportedRow) -> ImportedRow | None:
    """Save it as the row that makes its referral; the one that did, if there is one. Whoever
    brings the same at the same moment waits here."""
    result.outcome = Outcome.MADE
    ImportedRow.objects.bulk_create([result], ignore_conflicts=True)
    made = ImportedRow.objects.get(
        membership=result.membership_id, source_hash=result.source_hash, outcome=Outcome.MADE
    )
    return None if made.pk == result.pk else made


def _hash(by: Membership, said: str) -> bytes:
    return get_keyd().keyed_hash("import", f"{by.pk}\0{said}".encode())


def _problem(error: Exception, row: Row) -> dict[str, Any]:
    answer = problem_of(error)
    assert answer is not None  # noqa: S101 -- each of the refusals has one
    said = {name: answer.data[name] for name in ("type", "detail")}
    errors = [
        {**each, "pointer": _column(each["pointer"], row)} for each in answer.data.get("errors", [])
    ]
    return {**said, "errors": errors}


def _column(pointer: str, row: Row) -> str:
    """The column a pointer stands for, where the row was one of a table."""
    at = pointer
    while at and row.columns:
        if at in row.columns:
            return f"/{row.columns[at]}"
        at = at.rpartition("/")[0]
    return pointer
