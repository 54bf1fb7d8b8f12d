"""Does the root open every key we hold?"""

from typing import NamedTuple

from vault import making
from vault.errors import CannotOpen
from vault.making import KeyRow, context_of, public_statement
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers import KeyProvider


class Finding(NamedTuple):
    """One table of keys, counted."""

    table: str
    opened: int
    total: int


def inspect(provider: KeyProvider) -> list[Finding]:
    """Unwrap every key and check every public key's signature; count, and keep nothing."""
    tables: list[tuple[str, list[KeyRow]]] = [
        (making.AGENCY, [*AgencyKey.objects.all()]),
        (making.INDEX, [*BlindIndexKey.objects.all()]),
        (making.SIGNING, [*SigningKey.objects.all()]),
        (making.HOUSE, [*HouseKey.objects.all()]),
    ]
    return [
        Finding(purpose, sum(_is_sound(provider, purpose, row) for row in rows), len(rows))
        for purpose, rows in tables
    ]


def _is_sound(provider: KeyProvider, purpose: str, row: KeyRow) -> bool:
    try:
        provider.unwrap(purpose, context_of(row), bytes(row.wrapped_key))
    except CannotOpen:
        return False
    if isinstance(row, BlindIndexKey | HouseKey):
        return True
    return provider.holds(purpose, public_statement(row), bytes(row.signature))
