"""The signature that makes the database believe a context.

The key comes from the role's own database password, so a process has one secret, the owner can
compute the same key when it makes the role, and SQL injected into a query can read neither.
"""

import hashlib
import hmac  # noqa: TID251 -- the vault stands on this room
from functools import lru_cache
from typing import Final

DOMAIN: Final = b"pierhead/tenancy/v1/context"
_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


@lru_cache(maxsize=8)
def key_of(password: str) -> bytes:
    """The 32-byte signing key of the role that signs in with ``password``."""
    return hmac.new(password.encode(), DOMAIN, hashlib.sha256).digest()


def signed(claim: str, *, backend: str, password: str) -> str:
    """``claim|signature``, good only in the transaction that ``backend`` names."""
    message = f"{claim}|{backend}".encode()
    proof = hmac.new(key_of(password), message, hashlib.sha256).hexdigest()
    return f"{claim}|{proof}"


def pads_of(key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer pad of HMAC-SHA-256 (RFC 2104), so that SQL needs only ``sha256()``."""
    padded = key.ljust(_BLOCK, b"\0")
    return padded.translate(_INNER), padded.translate(_OUTER)
