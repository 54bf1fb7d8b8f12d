"""Asking twice makes one effect: the key, what was asked with it, and the answer, sealed."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.models import Membership
from api.models import StoredAnswer
from vault.keyd import get_keyd

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
KEPT_FOR: Final = timedelta(hours=24)


class KeyMissing(exceptions.APIException):
    """A POST without a key could not be repeated safely."""

    status_code = 400
    default_detail = (
        f"Send an {HEADER} header: 1 to 200 visible ASCII characters of your own for this request."
    )


class KeyReused(exceptions.APIException):
    """The key was used for something else."""

    status_code = 422
    default_detail = f"This {HEADER} was used for another request. Use a new one."


def once(request: Request, member: Membership, act: Callable[[], Response]) -> Response:
    """Run ``act`` once a key; every later request with the key gets the first one's answer.

    Parallel requests wait for the first. A refused request leaves its key unused.

    :raises KeyMissing: without a key, or with one that is too long.
    :raises KeyReused: if the key stands for another request.
    """
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        raise KeyMissing
    body_hash = get_keyd().keyed_hash("idempotency", _what_was_asked(request))
    if not _reserve(member, key, body_hash):
        return _stored(member, key, body_hash)
    answer = act()
    _store(member, key, answer)
    return answer


def _what_was_asked(request: Request) -> bytes:
    asked = request._request  # noqa: SLF001 -- the bytes as they came
    return b"\0".join([str(asked.method).encode(), asked.path.encode(), asked.body])


def _reserve(member: Membership, key: str, body_hash: bytes) -> bool:
    row = StoredAnswer(membership=member, key=key, body_hash=body_hash)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_storedanswer"
            " (id, membership_id, key, body_hash, status, answer, created_at)"
            " VALUES (%s, %s, %s, %s, 0, '', %s) ON CONFLICT DO NOTHING",
            [row.pk, member.pk, key, body_hash, timezone.now()],
        )
        return bool(cursor.rowcount)


def _store(member: Membership, key: str, answer: Response) -> None:
    plain = json.dumps(answer.data, cls=JSONEncoder).encode()
    sealed = get_keyd().seal_secret("answer", f"{member.pk}:{key}", plain)
    rows = StoredAnswer.objects.filter(membership=member, key=key)
    rows.update(status=answer.status_code, answer=sealed)


def _stored(member: Membership, key: str, body_hash: bytes) -> Response:
    row = StoredAnswer.objects.get(membership=member, key=key)
    if bytes(row.body_hash) != body_hash:
        raise KeyReused
    plain = get_keyd().open_secret("answer", f"{member.pk}:{key}", bytes(row.answer))
    return Response(json.loads(plain), status=row.status, headers={REPLAYED: "true"})
