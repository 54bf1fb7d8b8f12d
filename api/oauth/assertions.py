"""A system that proves itself by a signature: what its assertion must say, word for word.

RFC 7523 with nothing left open: ES256 or EdDSA, by the very algorithm of the registered key; issuer
and subject are the system; the audience is the token's address and no other; it ends within a
minute; and it is good once.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

KIND: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST: Final = 4096
LONGEST_LIFE: Final = 60
MAY_DIFFER: Final = 5
"""Seconds by which two clocks may differ."""
LONGEST_JTI: Final = 200
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")


class Refused(Exception):
    """Why an assertion does not count: for the evidence, not for whoever sent it."""


class Proof(NamedTuple):
    """A public key that may have signed, and the one algorithm it is for."""

    algorithm: str
    jwk: Mapping[str, str]


class Claims(NamedTuple):
    """What counts of an assertion that holds."""

    jti: str
    expires: datetime


def subject_of(assertion: str) -> str:
    """Whose an assertion says it is. Nothing is proven by it yet.

    :raises Refused: if it is none.
    """
    return str(claims_of(read(assertion)).get("sub", ""))


def check(
    assertion: str, proofs: Iterable[Proof], *, client_id: str, audience: str, now: datetime
) -> Claims:
    """What an assertion says, if one of the keys signed it and all of it is as it must be.

    :raises Refused: naming the first thing that is not.
    """
    signed = read(assertion)
    if not any(is_signed(assertion, proof, signed.jose_header) for proof in proofs):
        raise Refused("signature")
    claims = claims_of(signed)
    _check_times(claims, int(now.timestamp()))
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Refused("iss")
    if claims.get("aud") not in (audience, [audience]):
        raise Refused("aud")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI or "\0" in jti:
        raise Refused("jti")
    return Claims(jti, datetime.fromtimestamp(claims["exp"] + MAY_DIFFER, UTC))


def _check_times(claims: Mapping[str, Any], at: int) -> None:
    expires, begins = claims.get("exp"), claims.get("nbf", at)
    if type(expires) is not int or not at - MAY_DIFFER < expires <= at + LONGEST_LIFE + MAY_DIFFER:
        raise Refused("exp")
    if type(begins) is not int or begins > at + MAY_DIFFER:
        raise Refused("nbf")


def read(assertion: str) -> JWS:
    """Something signed, taken apart; nothing of it is believed yet.

    :raises Refused: if it is no compact JWS.
    """
    if len(assertion) > LONGEST or not _COMPACT.fullmatch(assertion):
        raise Refused("form")
    signed = JWS()
    try:
        signed.deserialize(assertion)
        header = signed.jose_header
    except (JWException, ValueError, TypeError):
        raise Refused("form") from None
    if not isinstance(header, dict) or "crit" in header:
        raise Refused("form")
    return signed


def is_signed(assertion: str, proof: Proof, header: Mapping[str, Any]) -> bool:
    """Whether a key signed it, by the one algorithm it is for."""
    if header.get("alg") != proof.algorithm:
        return False
    try:
        JWS().deserialize(assertion, JWK(**proof.jwk), proof.algorithm)
    except (JWException, ValueError, TypeError):
        return False
    return True


def claims_of(signed: JWS) -> Mapping[str, Any]:
    """What it says.

    :raises Refused: if that is no object.
    """
    try:
        found = json.loads(signed.objects.get("payload", b""))
    except (ValueError, RecursionError):
        raise Refused("form") from None
    if not isinstance(found, dict):
        raise Refused("form")
    return found
