"""The root in a local file: for development and small sites.

    wrapped   = 0x01 version | key id[8] | salt[32] | commit[32]
                | GCM under HKDF(root, "wrap/" purpose), context in AAD
    signature = key id[8] | Ed25519 by HKDF(root, "sign/" purpose)

The key id says which root did it, so that what the previous root wrapped opens until rewrapped.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault import signing
from vault.errors import refused
from vault.providers import Context, Description, try_out, wrapping_context
from vault.root import KEY_ID_LENGTH, RootKey
from vault.sealing import seal, unseal

VERSION = b"\x01"
WRAP_LABEL = b"pierhead/v1/wrap"
SIGN_DOMAIN = "pierhead/v1/root"


class LocalProvider:
    """Wraps with the current root, unwraps with the current or the previous one."""

    def __init__(self, current: RootKey, previous: RootKey | None = None) -> None:
        self._current, self._previous = current, previous
        self._roots = {root.key_id: root for root in (current, previous) if root}

    def wrap(self, purpose: str, context: Context, key: bytes) -> bytes:
        """Seal a key under the current root."""
        return seal(
            self._current.derived(f"wrap/{purpose}"),
            key,
            header=VERSION + self._current.key_id,
            label=WRAP_LABEL,
            context=wrapping_context(purpose, context),
        )

    def unwrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Open what either root wrapped."""
        header = wrapped[: len(VERSION) + KEY_ID_LENGTH]
        root = self._roots.get(header[len(VERSION) :])
        encoded = wrapping_context(purpose, context)
        key = None
        if root and header.startswith(VERSION):
            under = root.derived(f"wrap/{purpose}")
            key = unseal(under, wrapped, header=header, label=WRAP_LABEL, context=encoded)
        if key is None:
            raise refused("key")
        return key

    def rewrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """The same key under the current root."""
        return self.wrap(purpose, context, self.unwrap(purpose, context, wrapped))

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under the current root's key for this purpose."""
        return hmac.digest(self._current.derived(f"mac/{purpose}"), message, hashlib.sha256)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Sign under the current root's key for this purpose."""
        key = _signing_key(self._current, purpose)
        return self._current.key_id + signing.sign(key, SIGN_DOMAIN, [purpose, message])

    def holds(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Was this signed under either root?"""
        root = self._roots.get(signature[:KEY_ID_LENGTH])
        if root is None:
            return False
        key, value = _signing_key(root, purpose).public_key(), signature[KEY_ID_LENGTH:]
        return signing.holds(key, SIGN_DOMAIN, [purpose, message], value)

    def wrapped_by(self, wrapped: bytes) -> str:
        """The key id in the header."""
        return wrapped[len(VERSION) : len(VERSION) + KEY_ID_LENGTH].hex()

    def signed_by(self, signature: bytes) -> str:
        """The key id in front."""
        return signature[:KEY_ID_LENGTH].hex()

    def healthcheck(self) -> None:
        """Raise unless the root wraps and unwraps."""
        try_out(self)

    def describe(self) -> Description:
        """Which root is in use."""
        previous = self._previous.key_id.hex() if self._previous else None
        return Description("local", self._current.key_id.hex(), previous)


def _signing_key(root: RootKey, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(root.derived(f"sign/{purpose}"))
