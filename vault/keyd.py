"""The key service: the only way to keys for the rest of the house.

It runs inside the calling process (`KEYD = "inline"`) or as a process of its own (`"socket"`,
``keyd/``), by this same interface, which is why it deals in ids and bytes, not in models. Where it
is inline, code that can run in the web process can read what the web process can.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vault.assertions import LEAST_KEY
from vault.bundles import CaseKeys, SealedBundle
from vault.checkpoints import SignedStand, Stand
from vault.inline import InlineKeyd
from vault.keypairs import KeySuite
from vault.providers.chosen import chosen_provider
from vault.remote import RemoteKeyd
from vault.signing import Signature

CHOICES = ("inline", "socket")


class Keyd(Protocol):
    """What a key service does, wherever it runs."""

    def make_agency_keys(self, agency_id: int) -> None:
        """Give an agency its key pair and index keys; what it already has stays."""
        ...

    def new_case_keys(self, compartments: Iterable[str], epoch: int) -> CaseKeys:
        """Fresh keys for the compartments of one epoch of a case."""
        ...

    def new_erasure_key(self) -> bytes:
        """The key without which no bundle of a case opens: deleting it erases the case."""
        ...

    def seal_bundle(
        self, keys: CaseKeys, *, case_id: UUID, agency_id: int, epoch: int, erasure_key: bytes
    ) -> SealedBundle:
        """Seal granted keys to an agency and sign that we did. KeyMissing when it has no key."""
        ...

    def open_bundles(
        self,
        case_id: UUID,
        agency_id: int,
        bundles: Iterable[SealedBundle],
        erasure_key: bytes,
        *,
        purpose: str = "open",
    ) -> CaseKeys:
        """All keys an agency holds of a case. CannotOpen if one bundle is not ours or theirs.

        ``purpose`` is to "open" one's own, or to "reseal" to everybody what a member changes.
        KeyRefused where a service of its own finds that the asker may not.
        """
        ...

    def sign_offer(self, parts: Sequence[str]) -> Signature:
        """Sign what a referral offers, at the moment it is sent."""
        ...

    def check_offer(self, parts: Sequence[str], signature: Signature) -> None:
        """CannotOpen unless exactly these parts were signed."""
        ...

    def sign_checkpoint(self, stand: Stand) -> SignedStand:
        """Sign where a chain of evidence stands."""
        ...

    def tag(self, agency_id: int, purpose: str, parts: Sequence[str]) -> bytes:
        """A search tag of 16 bytes for canonical parts."""
        ...

    def tags(self, agency_id: int, purpose: str, parts: Sequence[str]) -> Mapping[int, bytes]:
        """The tags of the parts under every live version of the index key: written all, any read.

        There is one version, but while a key is being changed.
        """
        ...

    def index_key_version(self, agency_id: int, purpose: str) -> int:
        """Which version of the index key `tag` uses now."""
        ...

    def seal_secret(self, purpose: str, context: str, plaintext: bytes) -> bytes:
        """Seal something of the house's own: a second-factor seed, a stored answer."""
        ...

    def open_secret(self, purpose: str, context: str, sealed: bytes) -> bytes:
        """Open it again. CannotOpen for another purpose or context."""
        ...

    def keyed_hash(self, purpose: str, message: bytes) -> bytes:
        """A hash of 32 bytes that tells nothing to those without the key."""
        ...

    def healthcheck(self) -> None:
        """Raise unless the root answers and unwraps what it wraps."""
        ...


@cache
def get_keyd() -> Keyd:
    """The key service of this process and its memory. `get_keyd.cache_clear()` forgets both."""
    if settings.KEYD not in CHOICES:
        raise ImproperlyConfigured(f"KEYD is {settings.KEYD!r}; it can be: {', '.join(CHOICES)}.")
    return inline_keyd() if settings.KEYD == "inline" else _remote_keyd()


def inline_keyd() -> InlineKeyd:
    """The service itself, with the root that the settings name."""
    return InlineKeyd(chosen_provider(), suite=chosen_suite())


def _remote_keyd() -> RemoteKeyd:
    if not settings.KEYD_SOCKET:
        raise ImproperlyConfigured("KEYD is 'socket': say where it is with KEYD_SOCKET.")
    return RemoteKeyd(Path(settings.KEYD_SOCKET), assertion_key())


def assertion_key() -> bytes:
    """What the web signs with who asks, and the service checks with."""
    key = str(settings.KEYD_ASSERTION_KEY).encode()
    if len(key) < LEAST_KEY:
        raise ImproperlyConfigured(f"Set KEYD_ASSERTION_KEY to at least {LEAST_KEY} characters.")
    return key


def chosen_suite() -> KeySuite:
    """How new key pairs are made and bundles sealed to them."""
    named = getattr(settings, "VAULT_HPKE_SUITE", KeySuite.XWING)
    if named not in list(KeySuite):
        choices = ", ".join(KeySuite)
        raise ImproperlyConfigured(f"VAULT_HPKE_SUITE is {named!r}; it can be: {choices}.")
    return KeySuite(named)
