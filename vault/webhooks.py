"""Signing what systems are told, as Standard Webhooks has it: HMAC-SHA-256 and Ed25519.

The two secrets of a webhook lie sealed in the database, under a key of their own that opens nothing
else: whoever signs at night has no other key of the house.

    signed  = webhook-id "." webhook-timestamp "." body
    header  = "v1," base64(HMAC-SHA-256(secret, signed))  " " "v1a," base64(Ed25519(signed))
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vault.encoding import length_prefixed
from vault.errors import refused
from vault.sealing import derive, seal, unseal

LEAST_KEY: Final = 32
SECRET_BYTES: Final = 32
HEADER: Final = b"\x01"
LABEL: Final = b"pierhead/v1/webhook"


class MadeSecret(NamedTuple):
    """A webhook's new secrets: sealed to keep, and what the receiver is told once."""

    sealed: bytes
    shared: str
    """``whsec_…``, for HMAC."""
    public_key: str
    """``whpk_…``, for Ed25519."""


def make_secret(webhook_id: str) -> MadeSecret:
    """New secrets for a webhook.

    :raises ImproperlyConfigured: where the house keeps no key for them.
    """
    shared, private = secrets.token_bytes(SECRET_BYTES), Ed25519PrivateKey.generate()
    sealed = seal(
        _key(),
        shared + private.private_bytes_raw(),
        header=HEADER,
        label=LABEL,
        context=length_prefixed("webhook", webhook_id),
    )
    public = private.public_key().public_bytes_raw()
    return MadeSecret(sealed, f"whsec_{_base64(shared)}", f"whpk_{_base64(public)}")


def signature_header(
    webhook_id: str, kept: Iterable[bytes], *, message_id: str, at: int, body: bytes
) -> str:
    """The header over a body at a second since 1970, by every secret that is good now.

    :raises CannotOpen: if one was kept for another webhook, or under another key.
    """
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    return " ".join(part for each in kept for part in _signatures(webhook_id, each, signed))


def _signatures(webhook_id: str, sealed: bytes, signed: bytes) -> tuple[str, str]:
    context = length_prefixed("webhook", webhook_id)
    opened = unseal(_key(), sealed, header=HEADER, label=LABEL, context=context)
    if opened is None:
        raise refused("webhook secret")
    shared, seed = opened[:SECRET_BYTES], opened[SECRET_BYTES:]
    mac = hmac.digest(shared, signed, hashlib.sha256)
    proof = Ed25519PrivateKey.from_private_bytes(seed).sign(signed)
    return f"v1,{_base64(mac)}", f"v1a,{_base64(proof)}"


def _key() -> bytes:
    words = str(settings.WEBHOOKS_KEY).encode()
    if len(words) < LEAST_KEY:
        raise ImproperlyConfigured(f"Set WEBHOOKS_KEY to at least {LEAST_KEY} characters.")
    return derive(words, info=LABEL)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
