"""A new root: every key is wrapped, and every public key signed, by the current one."""

from collections.abc import Iterator

from vault.errors import CannotOpen, refused
from vault.making import TABLES, KeyRow, context_of, public_statement
from vault.models import DESTROYED, AgencyKey, SigningKey
from vault.providers import KeyProvider


def left(provider: KeyProvider) -> int:
    """How many keys are under another root than the current one."""
    return sum(1 for _ in _due(provider))


def rewrap(provider: KeyProvider, most: int) -> int:
    """Move some; how many. One that does not open, or whose public key is not ours, stays."""
    moved = 0
    for purpose, row in _due(provider):
        if moved == most:
            break
        try:
            _rewrap(provider, purpose, type(row).objects.select_for_update().get(pk=row.pk))
        except CannotOpen:
            continue
        moved += 1
    return moved


def _due(provider: KeyProvider) -> Iterator[tuple[str, KeyRow]]:
    current = provider.describe().current
    for purpose, table in TABLES.items():
        for row in table.objects.order_by("pk"):
            wrapped, signature = bytes(row.wrapped_key), bytes(getattr(row, "signature", b""))
            is_old = wrapped != DESTROYED and provider.wrapped_by(wrapped) != current
            if is_old or (signature and provider.signed_by(signature) != current):
                yield purpose, row


def _rewrap(provider: KeyProvider, purpose: str, row: KeyRow) -> None:
    """The new root signs no public key that the old one did not."""
    if isinstance(row, AgencyKey | SigningKey):
        statement = public_statement(row)
        if not provider.holds(purpose, statement, bytes(row.signature)):
            raise refused("public key")
        row.signature = provider.sign(purpose, statement)
    if bytes(row.wrapped_key) != DESTROYED:
        row.wrapped_key = provider.rewrap(purpose, context_of(row), bytes(row.wrapped_key))
    row.save()
