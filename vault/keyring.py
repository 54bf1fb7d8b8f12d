"""Reads key rows, checks and unwraps them, and remembers them for at most five minutes."""

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from vault import making
from vault.errors import KeyMissing, refused
from vault.keypairs import KeySuite, PrivateKey, PublicKey
from vault.making import KeyRow, context_of, public_statement
from vault.memory import Found, ShortMemory
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers import KeyProvider

NEVER_MADE = "There is no such key: the agency's keys were never made."

Key = TypeVar("Key")
Row = TypeVar("Row", AgencyKey, BlindIndexKey, SigningKey, HouseKey)


class Versioned(NamedTuple, Generic[Key]):
    """A key and the version of its row."""

    version: int
    key: Key


class Keyring:
    """The keys of the tables, opened."""

    def __init__(self, provider: KeyProvider, memory: ShortMemory) -> None:
        self._provider, self._memory = provider, memory

    def agency_public(self, agency_id: int) -> Versioned[PublicKey]:
        """The newest live public key of an agency. KeyMissing when it has none."""
        return self._live(AgencyKey, self._agency_public, agency_id=agency_id)

    def agency_private(self, agency_id: int, version: int) -> PrivateKey:
        """One version of an agency's private key, retired or not."""
        return self._exactly(AgencyKey, self._agency_private, agency_id=agency_id, version=version)

    def index_key(self, agency_id: int, purpose: str) -> Versioned[bytes]:
        """The newest live index key of an agency for a purpose. KeyMissing when it has none."""
        return self._live(BlindIndexKey, self._index_key, agency_id=agency_id, purpose=purpose)

    def index_keys(self, agency_id: int, purpose: str) -> list[Versioned[bytes]]:
        """Every live index key of an agency for a purpose, the newest first."""

        def read() -> Found[list[Versioned[bytes]]]:
            rows = _with_settled(BlindIndexKey, agency_id=agency_id, purpose=purpose)
            live = list(rows.filter(retired_at=None))
            if not live:
                raise KeyMissing(NEVER_MADE)
            settled = all(vars(row)["is_settled"] for row in live)
            return Found([self._index_key(row) for row in live], is_settled=settled)

        return self._memory.recall(_name(self.index_keys, {"a": agency_id, "p": purpose}), read)

    def signing_key(self, purpose: str) -> Versioned[Ed25519PrivateKey]:
        """The newest live signing key for a purpose, made when there is none yet."""
        return self._live(SigningKey, self._signing_key, making.add_signing_key, purpose=purpose)

    def verifying_key(self, purpose: str, version: int) -> Ed25519PublicKey:
        """The public half of one version of a signing key, retired or not."""
        return self._exactly(SigningKey, self._verifying_key, purpose=purpose, version=version)

    def house_key(self, purpose: str) -> Versioned[bytes]:
        """The newest live house key for a purpose, made when there is none yet."""
        return self._live(HouseKey, self._house_key, making.add_house_key, purpose=purpose)

    def house_key_version(self, purpose: str, version: int) -> Versioned[bytes]:
        """One version of a house key, retired or not."""
        return self._exactly(HouseKey, self._house_key, purpose=purpose, version=version)

    def _agency_public(self, row: AgencyKey) -> Versioned[PublicKey]:
        self._check_signed(making.AGENCY, row)
        public = PublicKey.from_raw(KeySuite(row.suite), bytes(row.public_key))
        return Versioned(row.version, public)

    def _agency_private(self, row: AgencyKey) -> PrivateKey:
        seeds = self._unwrap(making.AGENCY, row)
        return PrivateKey.from_seeds(KeySuite(row.suite), seeds)

    def _index_key(self, row: BlindIndexKey) -> Versioned[bytes]:
        return Versioned(row.version, self._unwrap(making.INDEX, row))

    def _signing_key(self, row: SigningKey) -> Versioned[Ed25519PrivateKey]:
        seed = self._unwrap(making.SIGNING, row)
        return Versioned(row.version, Ed25519PrivateKey.from_private_bytes(seed))

    def _verifying_key(self, row: SigningKey) -> Ed25519PublicKey:
        self._check_signed(making.SIGNING, row)
        return Ed25519PublicKey.from_public_bytes(bytes(row.public_key))

    def _house_key(self, row: HouseKey) -> Versioned[bytes]:
        return Versioned(row.version, self._unwrap(making.HOUSE, row))

    def _unwrap(self, purpose: str, row: KeyRow) -> bytes:
        return self._provider.unwrap(purpose, context_of(row), bytes(row.wrapped_key))

    def _check_signed(self, purpose: str, row: AgencyKey | SigningKey) -> None:
        if not self._provider.holds(purpose, public_statement(row), bytes(row.signature)):
            raise refused("public key")

    def _live(
        self,
        rows: type[Row],
        opened: Callable[[Row], Key],
        add: Callable[..., None] | None = None,
        **which: str | int,
    ) -> Key:
        """The newest row that is not retired; version 1 is added first where there may be none."""

        def read() -> Found[Key]:
            found = _newest(rows, opened, retired_at=None, **which)
            if found is None and add:
                add(self._provider, version=1, **which)
                found = _newest(rows, opened, retired_at=None, **which)
            if found is None:
                raise KeyMissing(NEVER_MADE)
            return found

        return self._memory.recall(_name(opened, which), read)

    def _exactly(self, rows: type[Row], opened: Callable[[Row], Key], **which: str | int) -> Key:
        """The row named by its version."""

        def read() -> Found[Key]:
            found = _newest(rows, opened, **which)
            if found is None:
                raise refused("key")
            return found

        return self._memory.recall(_name(opened, which), read)


def _name(opened: Callable[..., object], which: Mapping[str, str | int]) -> tuple[object, ...]:
    """What a key is remembered by: its database too, should a process change to another."""
    return (connection.settings_dict["NAME"], opened, *which.values())


def _newest(
    rows: type[Row], opened: Callable[[Row], Key], **which: str | int | None
) -> Found[Key] | None:
    """Open the newest row. One written by this very transaction may be rolled back: not settled."""
    found = _with_settled(rows, **which).first()
    return None if found is None else Found(opened(found), is_settled=vars(found)["is_settled"])


def _with_settled(rows: type[Row], **which: str | int | None) -> QuerySet[Row]:
    settled = ExpressionWrapper(Q(created_at__lt=TransactionNow()), BooleanField())
    return rows.objects.filter(**which).annotate(is_settled=settled).order_by("-version")
