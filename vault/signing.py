"""Ed25519 over length-prefixed parts, each kind of statement under a domain string of its own."""

from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vault.encoding import length_prefixed

Parts = Sequence[bytes | str | int]

DOMAIN_START = "pierhead/"
VERSION_LENGTH = 4


class Signature(NamedTuple):
    """A signature and the version of the signing key that made it."""

    value: bytes
    key_version: int

    def to_bytes(self) -> bytes:
        """key_version32 | value, for a single column."""
        return self.key_version.to_bytes(VERSION_LENGTH, "big") + self.value

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Signature":
        """Read `to_bytes`. Anything else gives a signature that does not hold."""
        version = int.from_bytes(stored[:VERSION_LENGTH], "big")
        return cls(stored[VERSION_LENGTH:], version)


def sign(key: Ed25519PrivateKey, domain: str, parts: Parts) -> bytes:
    """Sign the statement `domain` makes about `parts`."""
    return key.sign(_statement(domain, parts))


def holds(key: Ed25519PublicKey, domain: str, parts: Parts, signature: bytes) -> bool:
    """Did the holder of this key make this statement?"""
    try:
        key.verify(signature, _statement(domain, parts))
    except InvalidSignature:
        return False
    return True


def _statement(domain: str, parts: Parts) -> bytes:
    if not domain.startswith(DOMAIN_START):
        raise ValueError("A signature's domain starts with pierhead/.")
    return length_prefixed(domain, *parts)
