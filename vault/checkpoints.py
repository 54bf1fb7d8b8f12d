"""What the house signs about where a chain of evidence stood, for others to hold it to."""

import hashlib
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vault import signing

PURPOSE: Final = "audit-checkpoint"
DOMAIN: Final = "pierhead/v1/sign/audit-checkpoint"
KEY_ID_LENGTH: Final = 32


class Stand(NamedTuple):
    """A chain at a moment: whose, how long, and the hash of its last entry."""

    agency_id: int
    seq: int
    entry_hash: bytes
    at: str


class SignedStand(NamedTuple):
    """A signature over a stand, and which key made it."""

    key_id: str
    signature: bytes


def key_id_of(public_key: bytes) -> str:
    """A key's name is made of the key, so nobody can put another under the name."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_LENGTH]


def parts_of(stand: Stand, key_id: str) -> signing.Parts:
    """What the signature covers."""
    return [key_id, *stand]


def holds(public_key: bytes, stand: Stand, signed: SignedStand) -> bool:
    """Did the holder of this public key, and of this name, sign exactly this?"""
    if key_id_of(public_key) != signed.key_id:
        return False
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return signing.holds(key, DOMAIN, parts_of(stand, signed.key_id), signed.signature)
