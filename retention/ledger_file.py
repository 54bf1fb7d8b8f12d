"""The ledger's file: lines appended, never changed, on a disk that no restore of ours touches.

One JSON object a line: ``id``, ``kind``, ``case``, ``agency``, ``reason``, ``at``. Ids of cases and
agencies are all it holds. A line that a crash tore is left where it is and written again whole.
It knows no table, so that a process can read it before it opens anything.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID


class Line(NamedTuple):
    """One line of the file."""

    id: int
    kind: str
    case_id: UUID
    agency_id: int
    reason: str
    at: datetime

    @property
    def said(self) -> tuple[str, UUID, int, datetime]:
        """What makes it this line. A database that was restored gives its ids out again."""
        return self.kind, self.case_id, self.agency_id, self.at


def read_lines(path: str | Path) -> list[Line]:
    """Every whole line, each once, in the order they came; none if there is no file yet.

    :raises OSError: if there is a file and it cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    found = [line for each in text.splitlines() if (line := _read(each))]
    return list({line.said: line for line in reversed(found)}.values())[::-1]


def append(path: str | Path, lines: Iterable[Line]) -> None:
    """Put lines at the end, on the disk before this returns."""
    text = "".join(_written(line) for line in lines)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(file).st_size
        is_torn = size and os.pread(file, 1, size - 1) != b"\n"
        os.write(file, ("\n" if is_torn else "").encode() + text.encode())
        os.fsync(file)
    finally:
        os.close(file)


def _written(line: Line) -> str:
    said = {
        "id": line.id,
        "kind": line.kind,
        "case": str(line.case_id),
        "agency": line.agency_id,
        "reason": line.reason,
        "at": line.at.isoformat(),
    }
    return json.dumps(said) + "\n"


def _read(text: str) -> Line | None:
    try:
        said = json.loads(text)
        return Line(
            int(said["id"]),
            str(said["kind"]),
            UUID(said["case"]),
            int(said["agency"]),
            str(said["reason"]),
            datetime.fromisoformat(said["at"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
