"""The key service inside the calling process."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from vault import blind_index, bundles, checkpoints, making, signing
from vault.bundles import BundleContext, CaseKeys, SealedBundle
from vault.checkpoints import SignedStand, Stand
from vault.encoding import length_prefixed
from vault.errors import refused
from vault.keypairs import KeySuite
from vault.keyring import Keyring
from vault.memory import ShortMemory
from vault.padding import pad, unpad
from vault.providers import KeyProvider
from vault.sealing import new_key, seal, unseal
from vault.signing import Signature

LIFETIME = 300.0
INDEX_PURPOSES = ("name_dob", "phone", "crime_ref")
GRANTS, OFFERS = "grants", "offers"
SECRETS, HASHES = "secrets", "hashes"
SECRET_VERSION = b"\x01"
SECRET_LABEL = b"pierhead/v1/secret"
HASH_DOMAIN = "pierhead/v1/hash"


class InlineKeyd:
    """Holds opened keys for five minutes at most; `vault.keyd.Keyd` says what each verb means."""

    def __init__(
        self,
        provider: KeyProvider,
        *,
        suite: KeySuite,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider, self._suite = provider, suite
        self._keyring = Keyring(provider, ShortMemory(LIFETIME, clock))

    def make_agency_keys(self, agency_id: int) -> None:
        """Version 1 of everything an agency needs, the house's own keys among it."""
        making.add_agency_key(self._provider, agency_id, 1, self._suite)
        for purpose in INDEX_PURPOSES:
            making.add_index_key(self._provider, agency_id, purpose, 1)
        for purpose in (GRANTS, OFFERS):
            self._keyring.signing_key(purpose)
        for purpose in (SECRETS, HASHES):
            self._keyring.house_key(purpose)

    def new_case_keys(self, compartments: Iterable[str], epoch: int) -> CaseKeys:
        """One random key for each compartment."""
        return {(compartment, epoch): new_key() for compartment in compartments}

    def new_erasure_key(self) -> bytes:
        """Random too."""
        return new_key()

    def seal_bundle(
        self, keys: CaseKeys, *, case_id: UUID, agency_id: int, epoch: int, erasure_key: bytes
    ) -> SealedBundle:
        """Seal to the newest key of the agency, then sign what was sealed."""
        version, public = self._keyring.agency_public(agency_id)
        context = BundleContext(str(case_id), str(agency_id), epoch, version)
        sealed = bundles.seal_bundle(keys, to=public, erasure_key=erasure_key, context=context)
        signature = self._sign(GRANTS, bundles.signed_parts(context, sealed))
        return SealedBundle(epoch, sealed, version, signature.to_bytes())

    def open_bundles(
        self,
        case_id: UUID,
        agency_id: int,
        bundles: Iterable[SealedBundle],
        erasure_key: bytes,
        *,
        purpose: str = "open",
    ) -> CaseKeys:
        """Check each signature before opening; one that fails fails them all."""
        del purpose  # in one process the house has asked already whether they may
        keys: dict[tuple[str, int], bytes] = {}
        for bundle in bundles:
            keys |= self._open_bundle(str(case_id), agency_id, bundle, erasure_key)
        return keys

    def sign_offer(self, parts: Sequence[str]) -> Signature:
        """Sign with the key for offers."""
        return self._sign(OFFERS, parts)

    def check_offer(self, parts: Sequence[str], signature: Signature) -> None:
        """Check with the version that signed."""
        self._check(OFFERS, parts, signature)

    def sign_checkpoint(self, stand: Stand) -> SignedStand:
        """Sign with the key for checkpoints, which is named by what it is."""
        _, key = self._keyring.signing_key(checkpoints.PURPOSE)
        key_id = checkpoints.key_id_of(key.public_key().public_bytes_raw())
        parts = checkpoints.parts_of(stand, key_id)
        return SignedStand(key_id, signing.sign(key, checkpoints.DOMAIN, parts))

    def tag(self, agency_id: int, purpose: str, parts: Sequence[str]) -> bytes:
        """Tag with the newest index key."""
        return blind_index.tag(self._keyring.index_key(agency_id, purpose).key, parts)

    def tags(self, agency_id: int, purpose: str, parts: Sequence[str]) -> Mapping[int, bytes]:
        """Tag with every live index key."""
        keys = self._keyring.index_keys(agency_id, purpose)
        return {version: blind_index.tag(key, parts) for version, key in keys}

    def index_key_version(self, agency_id: int, purpose: str) -> int:
        """The newest index key's version."""
        return self._keyring.index_key(agency_id, purpose).version

    def seal_secret(self, purpose: str, context: str, plaintext: bytes) -> bytes:
        """0x01 | key version32 | salt | commitment | AES-GCM of the padded secret."""
        version, key = self._keyring.house_key(SECRETS)
        header = SECRET_VERSION + version.to_bytes(4, "big")
        encoded = length_prefixed("secret", purpose, context)
        return seal(key, pad(plaintext), header=header, label=SECRET_LABEL, context=encoded)

    def open_secret(self, purpose: str, context: str, sealed: bytes) -> bytes:
        """Open with the version that sealed."""
        header = sealed[:5]
        if len(header) < 5 or not header.startswith(SECRET_VERSION):  # noqa: PLR2004 -- as above
            raise refused("secret")
        key = self._keyring.house_key_version(SECRETS, int.from_bytes(header[1:], "big")).key
        encoded = length_prefixed("secret", purpose, context)
        padded = unseal(key, sealed, header=header, label=SECRET_LABEL, context=encoded)
        plaintext = None if padded is None else unpad(padded)
        if plaintext is None:
            raise refused("secret")
        return plaintext

    def keyed_hash(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256."""
        key = self._keyring.house_key(HASHES).key
        encoded = length_prefixed(HASH_DOMAIN, purpose, message)
        return hmac.digest(key, encoded, hashlib.sha256)

    def healthcheck(self) -> None:
        """The provider's."""
        self._provider.healthcheck()

    def _open_bundle(
        self, case_id: str, agency_id: int, bundle: SealedBundle, erasure_key: bytes
    ) -> CaseKeys:
        epoch, sealed, version, signature = bundle
        context = BundleContext(case_id, str(agency_id), epoch, version)
        statement = bundles.signed_parts(context, sealed)
        self._check(GRANTS, statement, Signature.from_bytes(signature))
        return bundles.open_bundle(
            sealed,
            private=self._keyring.agency_private(agency_id, version),
            erasure_key=erasure_key,
            context=context,
        )

    def _sign(self, purpose: str, parts: signing.Parts) -> Signature:
        version, key = self._keyring.signing_key(purpose)
        return Signature(signing.sign(key, _domain(purpose), [version, *parts]), version)

    def _check(self, purpose: str, parts: signing.Parts, signature: Signature) -> None:
        value, version = signature
        key = self._keyring.verifying_key(purpose, version)
        if not signing.holds(key, _domain(purpose), [version, *parts], value):
            raise refused("signature")


def _domain(purpose: str) -> str:
    return f"pierhead/v1/sign/{purpose}"
