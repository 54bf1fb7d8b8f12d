"""What Pierhead calls with, checked before it is believed (Standard Webhooks)."""

import base64
import hashlib
import hmac  # noqa: TID251 -- given away: it has no vault
import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

PREFIX: Final = "whsec_"
TOLERANCE: Final = 300
"""Seconds a call may be old, or ahead."""


class NotFromPierhead(Exception):
    """A call that was not signed with the secret, is too old, or is none."""


class Told(NamedTuple):
    """Something happened to a referral. ``call_id`` is the same each time a call is tried again."""

    call_id: str
    event_id: str
    type: str
    reference: str
    occurred_at: datetime


def read_call(
    secret: str, body: bytes, headers: Mapping[str, str], *, now: float | None = None
) -> Told:
    """What a call says. Give the body's bytes as they came: one space more is another body.

    :raises NotFromPierhead: unless it was signed with this secret lately.
    """
    named = {name.lower(): value for name, value in headers.items()}
    call_id, at = named.get("webhook-id", ""), named.get("webhook-timestamp", "")
    if not (call_id and at.isascii() and at.isdecimal()):
        raise NotFromPierhead("no signature")
    if abs((time.time() if now is None else now) - int(at)) > TOLERANCE:
        raise NotFromPierhead("too old")
    key = base64.b64decode(secret.removeprefix(PREFIX))
    expected = hmac.digest(key, f"{call_id}.{at}.".encode() + body, hashlib.sha256)
    if not any(_is(expected, each) for each in named.get("webhook-signature", "").split()):
        raise NotFromPierhead("another signature")
    said = json.loads(body)
    moment = datetime.fromisoformat(said["occurred_at"])
    return Told(call_id, said["id"], said["type"], said["reference"], moment)


def _is(expected: bytes, signature: str) -> bool:
    version, _, value = signature.partition(",")
    if version != "v1":
        return False
    try:
        return hmac.compare_digest(expected, base64.b64decode(value, validate=True))
    except ValueError:
        return False
