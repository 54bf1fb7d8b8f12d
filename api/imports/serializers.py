"""The shapes of an import."""

from typing import Any, Final

from rest_framework import serializers

from api.models import Import, ImportedRow
from api.referrals.serializers import ReferralIn
from api.serializers import Text, instant

LONGEST_SOURCE: Final = 100


class RowIn(ReferralIn):
    """A row of an import: a referral, and the number it has where it comes from."""

    source_id = Text(max_length=LONGEST_SOURCE)


class ImportOut(serializers.Serializer[Any]):
    """How far an import has come."""

    id = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    rows = serializers.IntegerField(help_text="So many rows were taken in")
    made = serializers.IntegerField()
    already = serializers.IntegerField(help_text="Brought before, changed since or not")
    refused = serializers.IntegerField()


class ImportPage(serializers.Serializer[Any]):
    """A page of imports, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = ImportOut(many=True)


class RowErrorOut(serializers.Serializer[Any]):
    """What is wrong where: a JSON pointer into the row, or `/` and a column's name."""

    pointer = serializers.CharField()
    detail = serializers.CharField()


class RowProblemOut(serializers.Serializer[Any]):
    """Why a row was refused."""

    type = serializers.URLField()
    detail = serializers.CharField()
    errors = RowErrorOut(many=True)  # type: ignore[assignment]


class RowOut(serializers.Serializer[Any]):
    """What became of a row. They are numbered as they come, from 1."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(ImportedRow.Outcome.choices)
    reference = serializers.CharField()
    problem = RowProblemOut(allow_null=True)


class RowPage(serializers.Serializer[Any]):
    """A page of rows, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = RowOut(many=True)


class RowsOut(ImportOut):
    """How far the import has come, and what became of the rows that were sent."""

    results = RowOut(many=True)


def import_for(work: Import) -> dict[str, Any]:
    """An import, as its system is shown it."""
    return {
        "id": str(work.pk),
        "made_at": instant(work.made_at),
        "last_at": instant(work.last_at),
        "rows": work.rows,
        "made": work.made,
        "already": work.already,
        "refused": work.refused,
    }


def row_for(row: ImportedRow) -> dict[str, Any]:
    """What became of a row."""
    return {
        "number": row.number,
        "outcome": str(row.outcome),
        "reference": row.reference,
        "problem": row.problem,
    }
