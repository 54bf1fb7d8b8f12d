"""Agency key pairs for HPKE (RFC 9180): X-Wing (ML-KEM-768 with X25519), or X25519 alone.

Private keys are stored as seeds, since the library has no serialiser for X-Wing:
    X-Wing   private = ML-KEM-768 seed[64] | X25519[32]    public = ML-KEM-768[1184] | X25519[32]
    X25519   private[32]                                   public[32]
"""

from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

MLKEM_SEED_LENGTH = 64
MLKEM_PUBLIC_LENGTH = 1184


class KeySuite(StrEnum):
    """How bundles are sealed to an agency."""

    XWING = "xwing"
    X25519 = "x25519"


# The suite byte of a bundle. 2 is kept for sites whose key service does without key pairs.
SUITE_BYTE = {KeySuite.XWING: b"\x01", KeySuite.X25519: b"\x03"}

_HPKE = {
    KeySuite.XWING: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    KeySuite.X25519: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}


@dataclass(frozen=True)
class PublicKey:
    """What anybody may seal to. `raw` is the stored form."""

    suite: KeySuite
    raw: bytes = field(repr=False)
    handle: MLKEM768X25519PublicKey | X25519PublicKey = field(repr=False, compare=False)

    @classmethod
    def from_raw(cls, suite: KeySuite, raw: bytes) -> "PublicKey":
        """Read a stored public key; ValueError when it is not one."""
        if suite is KeySuite.X25519:
            return cls(suite, raw, X25519PublicKey.from_public_bytes(raw))
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_LENGTH])
        x25519 = X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_LENGTH:])
        return cls(suite, raw, MLKEM768X25519PublicKey(mlkem, x25519))

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """HPKE base mode. It takes no associated data: what must be bound goes into `info`."""
        return _HPKE[self.suite].encrypt(plaintext, self.handle, info=info)


@dataclass(frozen=True)
class PrivateKey:
    """What opens. `seeds` is the stored form, wrapped before it goes anywhere."""

    suite: KeySuite
    public: PublicKey
    seeds: bytes = field(repr=False)
    handle: MLKEM768X25519PrivateKey | X25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, suite: KeySuite) -> "PrivateKey":
        """A fresh pair."""
        x25519 = X25519PrivateKey.generate().private_bytes_raw()
        if suite is KeySuite.X25519:
            return cls.from_seeds(suite, x25519)
        return cls.from_seeds(suite, MLKEM768PrivateKey.generate().private_bytes_raw() + x25519)

    @classmethod
    def from_seeds(cls, suite: KeySuite, seeds: bytes) -> "PrivateKey":
        """Read an unwrapped private key; ValueError when it is not one."""
        x25519 = X25519PrivateKey.from_private_bytes(seeds[-32:])
        half = x25519.public_key().public_bytes_raw()
        if suite is KeySuite.X25519:
            return cls(suite, PublicKey.from_raw(suite, half), seeds, x25519)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(seeds[:MLKEM_SEED_LENGTH])
        public = PublicKey.from_raw(suite, mlkem.public_key().public_bytes_raw() + half)
        return cls(suite, public, seeds, MLKEM768X25519PrivateKey(mlkem, x25519))

    def open(self, sealed: bytes, *, info: bytes) -> bytes | None:
        """The plaintext, or None for every reason alike."""
        try:
            return _HPKE[self.suite].decrypt(sealed, self.handle, info=info)
        except InvalidTag:
            return None
