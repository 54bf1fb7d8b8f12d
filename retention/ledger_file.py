"""The ledger's file: lines appended, never changed, on a disk that no restore of ours touches.

One JSON object a line: ``id``, ``kind``, ``case``, ``agency``, ``reason``, ``at``, ``after``. Ids
of cases and agencies are all it holds. ``after`` is the hash of the line before: nothing is taken
out of the middle, put in or changed unnoticed. What a crash tore is left where it is, and written
again whole. It knows no table, so that a process can read it before it opens anything.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID


class LedgerChanged(ValueError):
    """A line does not follow the one before it: somebody changed the file."""


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

    :raises LedgerChanged: if one does not follow the one before it.
    :raises OSError: if there is a file and it cannot be read.
    """
    found: dict[tuple[object, ...], Line] = {}
    before = ""
    for text, line in _whole_lines(path):
        after = json.loads(text).get("after", "")
        if after != before:
            raise LedgerChanged(f"{path} was changed before the line with the id {line.id}.")
        before = _hash(text)
        found.setdefault(line.said, line)
    return list(found.values())


def newest_line(path: str | Path) -> Line | None:
    """The last whole line, whatever stands before it."""
    lines = list(_whole_lines(path))
    return lines[-1][1] if lines else None


def append(path: str | Path, lines: Iterable[Line]) -> None:
    """Put lines at the end, on the disk before this returns. One at a time does."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        is_torn = size and os.pread(file, 1, size - 1) != b"\n"
        whole = list(_whole_lines(path))
        text = _chained(lines, after=_hash(whole[-1][0]) if whole else "")
        os.write(file, ("\n" if is_torn else "").encode() + text.encode())
        os.fsync(file)
    finally:
        os.close(file)


def _chained(lines: Iterable[Line], *, after: str) -> str:
    written = []
    for line in lines:
        text = _written(line, after)
        after = _hash(text)
        written.append(f"{text}\n")
    return "".join(written)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _written(line: Line, after: str) -> str:
    said = {
        "id": line.id,
        "kind": line.kind,
        "case": str(line.case_id),
        "agency": line.agency_id,
        "reason": line.reason,
        "at": line.at.isoformat(),
        "after": after,
    }
    return json.dumps(said)


def _whole_lines(path: str | Path) -> Iterator[tuple[str, Line]]:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for each in text.splitlines():
        if line := _read(each):
            yield each, line


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
