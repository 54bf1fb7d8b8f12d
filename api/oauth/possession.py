"""A token that is good for one key alone: proof of possession (DPoP, RFC 9449).

Whoever asks for a token with a proof gets one that is bound to the proof's key; from then on each
request proves the key anew, for its own method and address, once, within a minute. A token that is
overheard is worth nothing without the key.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from accounts.models import UsedAssertion
from api.oauth.assertions import (
    LONGEST_JTI,
    MAY_DIFFER,
    Proof,
    Refused,
    claims_of,
    is_signed,
    read,
)

HEADER: Final = "DPoP"
TYPE: Final = "dpop+jwt"
LIFE: Final = 60
CURVES: Final[Mapping[str, tuple[str, str]]] = {
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}


class Possession(NamedTuple):
    """What a proof that holds shows: which key, by its thumbprint (RFC 7638), and its own name."""

    thumbprint: str
    jti: str
    expires: datetime


def check(proof: str, *, method: str, url: str, now: datetime, token: str = "") -> Possession:
    """What a proof shows, if its own key signed it for this very request.

    :raises Refused: naming the first thing that is not as it must be.
    """
    signed = read(proof)
    header = signed.jose_header
    key = _public_key(header)
    if not is_signed(proof, Proof(str(header["alg"]), header["jwk"]), header):
        raise Refused("signature")
    claims = claims_of(signed)
    issued, jti = claims.get("iat"), claims.get("jti")
    at = int(now.timestamp())
    if type(issued) is not int or not at - LIFE <= issued <= at + MAY_DIFFER:
        raise Refused("iat")
    if (claims.get("htm"), claims.get("htu")) != (method, url):
        raise Refused("htu")
    if token and claims.get("ath") != _digest(token):
        raise Refused("ath")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise Refused("jti")
    expires = datetime.fromtimestamp(issued + LIFE + MAY_DIFFER, UTC)
    return Possession(key.thumbprint(), jti, expires)


def proven(request: HttpRequest, application_id: int, *, token: str = "") -> str:
    """The thumbprint of the key that a request proves. Good once.

    :raises Refused: if it proves none.
    """
    url, now = request.build_absolute_uri(request.path), timezone.now()
    found = check(
        request.headers.get(HEADER, ""), method=str(request.method), url=url, now=now, token=token
    )
    if not use_once(application_id, f"dpop:{_digest(found.jti)}", found.expires, now=now):
        raise Refused("jti")
    return found.thumbprint


def use_once(application_id: int, jti: str, expires: datetime, *, now: datetime) -> bool:
    """Whether what a system signed was not used before; from now on it was."""
    UsedAssertion.objects.filter(application=application_id, expires__lt=now).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_usedassertion (application_id, jti, expires)"
            " VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [application_id, jti, expires],
        )
        return bool(cursor.rowcount)


def _public_key(header: Mapping[str, Any]) -> JWK:
    """The key a proof brings along: public, of one of two kinds, for the algorithm it names.

    :raises Refused: for any other.
    """
    shape, wanted = header.get("jwk"), CURVES.get(str(header.get("alg")))
    if header.get("typ") != TYPE or wanted is None or not isinstance(shape, dict):
        raise Refused("typ")
    if (shape.get("kty"), shape.get("crv")) != wanted:
        raise Refused("jwk")
    try:
        key = JWK(**shape)
    except (JWException, ValueError, TypeError):
        raise Refused("jwk") from None
    if key.has_private:
        raise Refused("jwk")
    return key


def _digest(words: str) -> str:
    digest = hashlib.sha256(words.encode(errors="replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
