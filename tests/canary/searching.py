"""Looking for a word wherever it might have been left, in whatever guise."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from psycopg import sql

from tenancy.context import Context
from tenancy.work import unit_of_work
from tests.faults.house import django_at

CHUNK = 2**24
EXCERPT = 40
Guises = Mapping[bytes, str]


def guises_of(words: Iterable[bytes]) -> dict[bytes, str]:
    """Every form in which each word would still be a leak, and what to call it."""
    return {guise: f"{name} of {word!r}" for word in words for guise, name in _guises(word)}


def digests_of(words: Iterable[bytes]) -> dict[bytes, str]:
    """What a word is recognised by when somebody tries words: its plain hashes."""
    return {
        form: f"{name} of {word!r}"
        for word in words
        for name in ("md5", "sha1", "sha256")
        for digest in [hashlib.new(name, word, usedforsecurity=False).digest()]
        for form in (digest, digest.hex().encode())
    }


def _guises(word: bytes) -> Iterator[tuple[bytes, str]]:
    yield word, "text"
    yield word.hex().encode(), "hex"
    for shift in range(3):
        yield _base64_inside(word, shift), "base64"
    if word.isascii():
        yield word.upper(), "capitals"
        yield word.decode().encode("utf-16-le"), "UTF-16"
        yield quote(word).encode(), "URL"


def _base64_inside(form: bytes, shift: int) -> bytes:
    """What of a word's base64 does not depend on what stands around it."""
    encoded = base64.b64encode(bytes(shift) + form)
    first = -(-shift * 8 // 6)
    return encoded[first : (shift + len(form)) * 8 // 6]


def found_in(text: bytes, guises: Guises) -> list[str]:
    """What of it stands in a text, with what follows."""
    return [
        f"{name}: …{text[at : at + len(guise) + EXCERPT]!r}"
        for guise, name in guises.items()
        if (at := text.find(guise)) >= 0
    ]


def found_on_disk(root: Path, guises: Guises, *, since: float) -> list[str]:
    """What of it stands in any file under a directory that was written to after a time.

    With PostgreSQL's own directory in it: heaps, indexes, the log of writes.
    """
    return [
        f"{path.relative_to(root)}: {what}"
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since
        for what in _found_in_file(path, guises)
    ]


def _found_in_file(path: Path, guises: Guises) -> list[str]:
    longest = max(map(len, guises))
    found, before = [], b""
    with path.open("rb") as file:
        while text := file.read(CHUNK):
            found += found_in(before + text, guises)
            before = text[-longest:]
    return found


def found_in_tables(owner_url: str, guises: Guises) -> list[str]:
    """What of it stands in any row of any table, as its owner reads them all."""
    with django_at(owner_url):
        return [f"{table}: {what}" for table, text in _tables() for what in found_in(text, guises)]


def _tables() -> Iterator[tuple[str, bytes]]:
    with unit_of_work(Context.migration()), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            yield table, _copied(table)


def _copied(table: str) -> bytes:
    connection.ensure_connection()
    command = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(table))
    with connection.connection.cursor() as cursor, cursor.copy(command) as rows:
        return b"".join(map(bytes, rows))
