"""Who holds the root. A provider wraps the keys in our tables; where its own is, is its business.

Every wrapped key is bound to the context it was wrapped for (agency, version, purpose) and unwraps
in no other. Every operation raises `KeyServiceAway` where the root is elsewhere and does not
answer.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from vault.encoding import length_prefixed
from vault.errors import refused
from vault.sealing import new_key

HEALTH: Final = ("healthcheck", {"for": "healthcheck"})

Context = Mapping[str, str]
"""What a wrapped key is for. Sent along as associated data; never secret."""


@dataclass(frozen=True)
class Description:
    """Which root is in use: names of keys, never material."""

    provider: str
    current: str
    previous: str | None


class KeyProvider(Protocol):
    """The local file, or a key service."""

    def wrap(self, purpose: str, context: Context, key: bytes) -> bytes:
        """Seal a key under the current root."""
        ...

    def unwrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Open a wrapped key; CannotOpen for another purpose or context."""
        ...

    def rewrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """The same key under the current root."""
        ...

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under the current root's key for this purpose."""
        ...

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Sign under the current root's key for this purpose."""
        ...

    def holds(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Was this signed by this provider, under its current or previous root?"""
        ...

    def wrapped_by(self, wrapped: bytes) -> str:
        """The name of the root a key is wrapped under, as `describe` names roots; or nothing."""
        ...

    def signed_by(self, signature: bytes) -> str:
        """The name of the root that signed, likewise."""
        ...

    def healthcheck(self) -> None:
        """Raise unless the root wraps and unwraps."""
        ...

    def describe(self) -> Description:
        """Which root is in use."""
        ...


def try_out(provider: KeyProvider) -> None:
    """Wrap a key that is thrown away. Raise unless it comes back."""
    key = new_key()
    if provider.unwrap(*HEALTH, provider.wrap(*HEALTH, key)) != key:
        raise refused("key")


def wrapping_context(purpose: str, context: Context) -> bytes:
    """What a key is wrapped for, in one encoding."""
    pairs = (part for pair in sorted(context.items()) for part in pair)
    return length_prefixed("wrap", purpose, *pairs)


def statement_of(purpose: str, message: bytes) -> bytes:
    """What a service elsewhere is asked to sign: of one length, whatever the message's."""
    return length_prefixed("pierhead/v1/root", purpose, hashlib.sha256(message).digest())
