"""Does the root open every key we hold?"""

from typing import NamedTuple

from vault import making
from vault.errors import CannotOpen
from vault.making import KeyRow, context_of, public_statement
from vault.models import DESTROYED, BlindIndexKey, HouseKey
from vault.providers import KeyProvider


class Finding(NamedTuple):
    """One table of keys, counted."""

    table: str
    opened: int
    total: int


def inspect(provider: KeyProvider) -> list[Finding]:
    """Unwrap every key and check every public key's signature; count, and keep nothing."""
    return [
        Finding(purpose, sum(_is_sound(provider, purpose, row) for row in rows), len(rows))
        for purpose, table in making.TABLES.items()
        for rows in [[*table.objects.exclude(wrapped_key=DESTROYED)]]
    ]


def _is_sound(provider: KeyProvider, purpose: str, row: KeyRow) -> bool:
    try:
        provider.unwrap(purpose, context_of(row), bytes(row.wrapped_key))
    except CannotOpen:
        return False
    if isinstance(row, BlindIndexKey | HouseKey):
        return True
    return provider.holds(purpose, public_statement(row), bytes(row.signature))
