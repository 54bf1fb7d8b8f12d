"""ETags: what a client saw, named, so that it can say *only if it is still so*."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"|\*')


class Stale(exceptions.APIException):
    """It has changed since the client looked."""

    status_code = 412
    default_detail = "This has changed since you read it. Read it again, then decide."


def etag_of(shown: Mapping[str, Any]) -> str:
    """The name of one representation, as one agency is shown it."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tagged(shown: Mapping[str, Any], request: Request) -> Response:
    """The answer to a GET, or 304 for a client that has it already."""
    etag = etag_of(shown)
    if etag in _tags(request.headers.get("If-None-Match", "")):
        return Response(status=304, headers={"ETag": etag})
    return Response(shown, headers={"ETag": etag})


def refuse_stale(
    request: Request,
    look: Callable[[], Mapping[str, Any]],
    *,
    weak: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Refuse an act on something that is no longer what the client saw.

    ``look`` locks it and says how it is now; it is called only if the client wants to know.
    ``weak`` names a state where, as in FHIR, tags are weak and yet have to match.

    :raises Stale: if it is none of those that If-Match names. Elsewhere weak tags match nothing
        (RFC 9110).
    """
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return
    now = look()
    if not {"*", (weak or etag_of)(now)} & _tags(wanted):
        raise Stale


def _tags(header: str) -> set[str]:
    return set(_TAG.findall(header))
