"""Pages by cursor: their cost does not grow with what lies before them.

A cursor is sealed to the client it was given to: it shows nobody a key of a row, and one that was
made up is refused.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.core.signing import b64_decode, b64_encode
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.operations import PAGE_SIZE
from audit.recording import name_shown
from vault.errors import CannotOpen
from vault.keyd import get_keyd

USUAL: Final = 25
MOST: Final = 100
Order = tuple[str, str]
"""Two fields, the last unique; both descend if they begin with a minus."""


def page_of(
    rows: QuerySet[Any],
    request: Request,
    order: Order,
    show: Callable[[Any], Any],
    *,
    size: str = PAGE_SIZE,
) -> dict[str, Any]:
    """``next`` (a whole URL, or null on the last page) and ``results``; never a count.

    ``size`` is what the parameter is called that says how many.
    """
    most = size_of(request, size)
    if cursor := request.query_params.get("cursor"):
        rows = rows.filter(_beyond(order, _opened(cursor, request)))
    found = list(rows.order_by(*order)[: most + 1])
    name_shown(shown for row in found[:most] if (shown := _reference_of(row)))
    more = len(found) > most
    following = _next_url(found[most - 1], request, order) if more else None
    return {"next": following, "results": [show(row) for row in found[:most]]}


def _reference_of(row: Any) -> str:
    """The referral a row is, or is about; none for what is about nobody."""
    return str(getattr(getattr(row, "referral", row), "reference", ""))


def size_of(request: Request, name: str = PAGE_SIZE) -> int:
    """How many rows a page is to have at most."""
    given = request.query_params.get(name, str(USUAL))
    if not (given.isascii() and given.isdecimal() and int(given[:9])):
        raise ValidationError({name: [f"Give a number from 1 to {MOST}."]})
    return min(int(given[:9]), MOST)


def _beyond(order: Order, place: tuple[Any, Any]) -> Q:
    """Past a row: bounded by the first field, so that an index is entered where the page begins."""
    (first, last), way = (name.lstrip("-") for name in order), "lt" if order[0][0] == "-" else "gt"
    bound = Q(**{f"{first}__{way}e": place[0]})
    return bound & (Q(**{f"{first}__{way}": place[0]}) | Q(**{f"{last}__{way}": place[1]}))


def _next_url(row: Any, request: Request, order: Order) -> str:
    first, last = (getattr(row, name.lstrip("-")) for name in order)
    moment = first.isoformat() if hasattr(first, "isoformat") else first
    plain = json.dumps([moment, str(last)]).encode()
    sealed = get_keyd().seal_secret("cursor", _whose(request), plain)
    query = {**request.query_params.dict(), "cursor": b64_encode(sealed).decode()}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def _opened(cursor: str, request: Request) -> tuple[Any, Any]:
    try:
        sealed = b64_decode(cursor.encode())
        first, last = json.loads(get_keyd().open_secret("cursor", _whose(request), sealed))
    except (CannotOpen, ValueError):
        raise ValidationError({"cursor": ["Follow the link as it was given."]}) from None
    return _moment(first) or first, last


def _moment(text: Any) -> Any:
    try:
        return parse_datetime(text)
    except (TypeError, ValueError):  # a number, or another word
        return None


def _whose(request: Request) -> str:
    return f"{request.auth.pk}:{request.path}"
