"""Reads key rows, checks and unwraps them, and remembers them for at most five minutes."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.contrib.postgres.functions import TransactionNow
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from vault import making
from vault.errors import KeyMissing, refused
from vault.keypairs import KeySuite, PrivateKey, PublicKey
from vault.making import KeyRow, context_of, public_statement
from vault.memory import Found, ShortMemory
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers import KeyProvider

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
        rows = AgencyKey.objects.filter(agency_id=agency_id)
        return self._live(("public", agency_id), rows, self._agency_public)

    def agency_private(self, agency_id: int, version: int) -> PrivateKey:
        """One version of an agency's private key, retired or not."""
        rows = AgencyKey.objects.filter(agency_id=agency_id, version=version)
        return self._exactly(("private", agency_id, version), rows, self._agency_private)

    def index_key(self, agency_id: int, purpose: str) -> Versioned[bytes]:
        """The newest live index key of an agency for a purpose. KeyMissing when it has none."""
        rows = BlindIndexKey.objects.filter(agency_id=agency_id, purpose=purpose)
        return self._live(("index", agency_id, purpose), rows, self._index_key)

    def signing_key(self, purpose: str) -> Versioned[Ed25519PrivateKey]:
        """The newest live signing key for a purpose, made when there is none yet."""
        rows = SigningKey.objects.filter(purpose=purpose)
        make = partial(making.add_signing_key, self._provider, purpose, 1)
        return self._live(("signing", purpose), rows, self._signing_key, make)

    def verifying_key(self, purpose: str, version: int) -> Ed25519PublicKey:
        """The public half of one version of a signing key, retired or not."""
        rows = SigningKey.objects.filter(purpose=purpose, version=version)
        return self._exactly(("verifying", purpose, version), rows, self._verifying_key)

    def house_key(self, purpose: str) -> Versioned[bytes]:
        """The newest live house key for a purpose, made when there is none yet."""
        rows = HouseKey.objects.filter(purpose=purpose)
        make = partial(making.add_house_key, self._provider, purpose, 1)
        return self._live(("house", purpose), rows, self._house_key, make)

    def house_key_version(self, purpose: str, version: int) -> Versioned[bytes]:
        """One version of a house key, retired or not."""
        rows = HouseKey.objects.filter(purpose=purpose, version=version)
        return self._exactly(("house", purpose, version), rows, self._house_key)

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
        name: Hashable,
        rows: QuerySet[Row],
        opened: Callable[[Row], Key],
        make: Callable[[], None] | None = None,
    ) -> Key:
        def read() -> Found[Key]:
            live = rows.filter(retired_at=None)
            found = _newest(live, opened)
            if found is None and make:
                make()
                found = _newest(live, opened)
            if found is None:
                raise KeyMissing("There is no such key: the agency's keys were never made.")
            return found

        return self._memory.recall(name, read)

    def _exactly(self, name: Hashable, rows: QuerySet[Row], opened: Callable[[Row], Key]) -> Key:
        def read() -> Found[Key]:
            found = _newest(rows, opened)
            if found is None:
                raise refused("key")
            return found

        return self._memory.recall(name, read)


def _newest(rows: QuerySet[Row], opened: Callable[[Row], Key]) -> Found[Key] | None:
    """Open the newest row. One written by this very transaction may be rolled back: not settled."""
    settled = ExpressionWrapper(Q(created_at__lt=TransactionNow()), BooleanField())
    row = rows.annotate(is_settled=settled).order_by("-version").first()
    return None if row is None else Found(opened(row), is_settled=vars(row)["is_settled"])
