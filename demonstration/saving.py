"""Saving many cases in one transaction: each table's rows are copied in at once.

Row-level security takes no COPY, so the rows go into a table of the transaction's own and are
inserted from there, under the same policies, checks and triggers as any others.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Field, JSONField, Model
from psycopg import sql
from psycopg.types.json import Jsonb

from demonstration.casebook import Plain, Rows
from referrals.models import (
    Bundle,
    Case,
    CaseLink,
    ConsentEntry,
    ContactHold,
    ContactRule,
    ErasureKey,
    Grant,
    Referral,
    ReferralEvent,
    SealedRecord,
    SearchTag,
)
from risk.models import Assessment
from visits.models import (
    ChangeOfCircumstance,
    ContactAttempt,
    FollowUp,
    Lateness,
    Outcome,
    Outing,
    Pause,
    ProsecutionView,
    Rung,
    SafetyEvent,
    Visit,
    VisitCheck,
    VisitWorker,
)

TABLES: Final[Sequence[type[Model]]] = (
    Case,
    ErasureKey,
    ConsentEntry,
    Grant,
    Bundle,
    SealedRecord,
    ContactRule,
    ContactHold,
    SearchTag,
    CaseLink,
    Referral,
    ReferralEvent,
    FollowUp,
    Rung,
    Visit,
    VisitWorker,
    Outing,
    VisitCheck,
    SafetyEvent,
    ContactAttempt,
    Lateness,
    Pause,
    ChangeOfCircumstance,
    Outcome,
    ProsecutionView,
    Assessment,
)
"""Those that are referred to come first."""


def save(cases: Sequence[Rows]) -> None:
    """Insert the rows of cases, in the transaction that is open."""
    if unknown := {table for rows in cases for table in rows} - {*TABLES}:
        raise ValueError(f"Nowhere to save {unknown}.")
    for table in TABLES:
        _insert(table, (row for rows in cases for row in rows.get(table, ())))


def _insert(table: type[Model], rows: Iterable[Model | Plain]) -> None:
    about = table._meta  # noqa: SLF001 -- Django's public name for what a table is
    fields, name = about.concrete_fields, sql.Identifier(about.db_table)
    staged = sql.Identifier(f"staged_{about.db_table}")
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(staged, name)
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(staged, columns)) as copy:
            for row in rows:
                copy.write_row([_value(field, row) for field in fields])
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(name, columns, columns, staged)
        )


def _value(field: "Field[Any, Any]", row: Model | Plain) -> object:
    value = row[field.attname] if isinstance(row, dict) else getattr(row, field.attname)
    return Jsonb(value) if isinstance(field, JSONField) else value
