"""What the web says to the key service about who is asking: signed, and good for a minute."""

import hashlib
import hmac
from typing import Final, NamedTuple

from vault.encoding import length_prefixed

DOMAIN: Final = "pierhead/v1/assertion"
GOOD_FOR: Final = 60
"""Seconds."""
MAY_BE_AHEAD: Final = 5
"""Seconds, for two clocks that differ by a little."""
LEAST_KEY: Final = 32


class Asker(NamedTuple):
    """A member, or a system's membership, and of which agency."""

    kind: str
    agency_id: int
    membership_id: int


class Assertion(NamedTuple):
    """Who asks, in which request, since when; and the proof that the web said so."""

    asker: Asker
    request_id: str
    at: int
    """Seconds since 1970."""
    proof: bytes


def assert_asker(key: bytes, asker: Asker, *, request_id: str, at: int) -> Assertion:
    """Say who asks."""
    return Assertion(asker, request_id, at, _proof(key, asker, request_id, at))


def fault_of(assertion: Assertion, key: bytes, *, asker: Asker, now: int) -> str:
    """Why the assertion does not speak for ``asker`` at ``now``; empty if it does."""
    said, request_id, at, proof = assertion
    if not hmac.compare_digest(proof, _proof(key, said, request_id, at)):
        return "assertion is not the web's"
    if said != asker:
        return "assertion is another's"
    if not -MAY_BE_AHEAD <= now - at <= GOOD_FOR:
        return "assertion has expired"
    return ""


def _proof(key: bytes, asker: Asker, request_id: str, at: int) -> bytes:
    return hmac.digest(key, length_prefixed(DOMAIN, *asker, request_id, at), hashlib.sha256)
