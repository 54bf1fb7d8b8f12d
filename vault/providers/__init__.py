"""Who holds the root. A provider wraps the keys in our tables; where its own is, is its business.

Every wrapped key is bound to the context it was wrapped for (agency, version, purpose) and unwraps
in no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

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

    def healthcheck(self) -> None:
        """Raise unless the root wraps and unwraps."""
        ...

    def describe(self) -> Description:
        """Which root is in use."""
        ...
