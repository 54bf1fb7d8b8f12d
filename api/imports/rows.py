"""The rows of a bite, read: NDJSON, a line a row, or CSV as records systems write it.

One row that cannot be read does not keep the others out.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import BaseParser

from api import parsing
from api.imports import police_csv

MOST_ROWS: Final = 100
LONGEST_CELL: Final = 20_000
csv.field_size_limit(LONGEST_CELL)


class TooMany(APIException):
    """More rows than one request may bring."""

    status_code = 413
    default_detail = f"Send {MOST_ROWS} rows at the most in one request."


@dataclass(frozen=True)
class Row:
    """A row: what it says in the contract's shape, or what is wrong with it.

    ``columns`` says, for what was a table, which column a pointer of that shape stands for.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    fault: Exception | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


class RowsParser(BaseParser):
    """A body as rows."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The rows of the body.

        :raises UnsupportedMediaType: for another charset, or a compressed body.
        :raises TooMany: for more than one request may bring.
        :raises NotJson, ValidationError: for what is no table of rows at all.
        """
        parsing.refuse_encodings(media_type or self.media_type, parser_context or {})
        rows = []
        for row in self.rows(stream.read()):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise TooMany
        return rows

    def rows(self, body: bytes) -> Iterator[Row]:
        """The rows, one after the other."""
        raise NotImplementedError


class NdjsonParser(RowsParser):
    """JSON, a line a row."""

    media_type = "application/x-ndjson"

    def rows(self, body: bytes) -> Iterator[Row]:
        """A row for each line that is not empty."""
        for line in body.split(b"\n"):
            if line.strip():
                yield _of_line(line)


class CsvParser(RowsParser):
    """A table whose first line names its columns."""

    media_type = "text/csv"

    def rows(self, body: bytes) -> Iterator[Row]:
        """A row for each line after the first.

        :raises ValidationError: for columns that are unknown, missing or named twice.
        """
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError({"": ["The table is not UTF-8."]}) from None
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            names = [name.strip() for name in next(lines, [])]
            police_csv.check_columns(names)
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    yield _of_cells(names, cells)
        except csv.Error as error:
            raise ValidationError({"": [f"The table breaks off: {error}."]}) from None


def _of_line(line: bytes) -> Row:
    try:
        given = parsing.read(line)
    except parsing.NotJson as fault:
        return Row(fault=fault)
    if not isinstance(given, dict):
        return Row(fault=ValidationError({"": ["A row is one object."]}))
    return Row(given)


def _of_cells(names: list[str], cells: list[str]) -> Row:
    if len(cells) != len(names):
        return Row(fault=ValidationError({"": [f"A row has {len(names)} cells."]}))
    try:
        given = police_csv.referral_of(dict(zip(names, cells, strict=True)))
    except ValidationError as fault:
        return Row(fault=fault)
    return Row(given, columns=police_csv.COLUMN_OF)
