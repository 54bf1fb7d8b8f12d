"""New key rows: made, wrapped and signed here, read back only by `keyring`.

Adding is idempotent and safe in a race: a version that is already there stays as it is.
"""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.encoding import length_prefixed
from vault.keypairs import KeySuite, PrivateKey
from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey
from vault.providers import KeyProvider
from vault.sealing import new_key

AGENCY, INDEX, SIGNING, HOUSE = "agency-key", "index-key", "signing-key", "house-key"
"""The purposes keys are wrapped for."""

KeyRow = AgencyKey | BlindIndexKey | SigningKey | HouseKey
TABLES: Final[Mapping[str, type[KeyRow]]] = {
    AGENCY: AgencyKey,
    INDEX: BlindIndexKey,
    SIGNING: SigningKey,
    HOUSE: HouseKey,
}


def context_of(row: KeyRow) -> dict[str, str]:
    """What ties a wrapped key to its row: it unwraps in no other agency, purpose or version."""
    named = {name: str(getattr(row, name, "")) for name in ("agency_id", "purpose", "version")}
    return {name: value for name, value in named.items() if value}


def public_statement(row: AgencyKey | SigningKey) -> bytes:
    """What the root signs of a public key, so that nobody can put their own in its place."""
    pairs = (part for pair in sorted(context_of(row).items()) for part in pair)
    return length_prefixed(*pairs, getattr(row, "suite", "ed25519"), bytes(row.public_key))


def add_agency_key(provider: KeyProvider, agency_id: int, version: int, suite: KeySuite) -> None:
    """A key pair for an agency."""
    pair = PrivateKey.generate(suite)
    row = AgencyKey(agency_id=agency_id, version=version, suite=suite, public_key=pair.public.raw)
    row.signature = provider.sign(AGENCY, public_statement(row))
    row.wrapped_key = provider.wrap(AGENCY, context_of(row), pair.seeds)
    AgencyKey.objects.bulk_create([row], ignore_conflicts=True)


def add_index_key(provider: KeyProvider, agency_id: int, purpose: str, version: int) -> None:
    """A blind-index key for one purpose of an agency."""
    row = BlindIndexKey(agency_id=agency_id, purpose=purpose, version=version)
    row.wrapped_key = provider.wrap(INDEX, context_of(row), new_key())
    BlindIndexKey.objects.bulk_create([row], ignore_conflicts=True)


def add_signing_key(provider: KeyProvider, purpose: str, version: int) -> None:
    """A signing key of the house."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    row = SigningKey(purpose=purpose, version=version, public_key=public)
    row.signature = provider.sign(SIGNING, public_statement(row))
    row.wrapped_key = provider.wrap(SIGNING, context_of(row), key.private_bytes_raw())
    SigningKey.objects.bulk_create([row], ignore_conflicts=True)


def add_house_key(provider: KeyProvider, purpose: str, version: int) -> None:
    """A symmetric key of the house."""
    row = HouseKey(purpose=purpose, version=version)
    row.wrapped_key = provider.wrap(HOUSE, context_of(row), new_key())
    HouseKey.objects.bulk_create([row], ignore_conflicts=True)
