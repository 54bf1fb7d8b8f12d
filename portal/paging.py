"""Long lists in pages. A page is found again by the reference it begins after, never by a count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from audit.recording import name_shown
from portal.addresses import is_reference

PAGE: Final = 50


@dataclass(frozen=True)
class Cut:
    """One page of rows, and the address of the next one, empty on the last."""

    rows: list[Any]
    next_url: str


def cut(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    order: tuple[str, str],
    reference: Callable[[Any], str],
    lookup: str = "reference",
) -> Cut:
    """The page of ``rows`` that ``?after=`` asks for, in the order of two fields, the last unique.

    What is on it is named in the list's entry, so that has to be recorded first. A reference that
    is not in the list (any more) begins it again.
    """
    after = request.GET.get("after", "")
    if is_reference(after):
        place = rows.filter(**{lookup: after}).values_list(*(name.lstrip("-") for name in order))
        rows = rows.filter(_beyond(order, found)) if (found := place.first()) else rows
    page = list(rows.order_by(*order)[: PAGE + 1])
    name_shown(reference(each) for each in page[:PAGE])
    asked = {name: value for name, value in request.GET.items() if name != "after"}
    more = len(page) > PAGE
    query = urlencode({**asked, "after": reference(page[PAGE - 1])}) if more else ""
    return Cut(page[:PAGE], f"?{query}" if query else "")


def _beyond(order: tuple[str, str], place: tuple[Any, Any]) -> Q:
    """What comes after a place. What is not known comes last, or first when descending."""
    (first, value), (last, last_value) = zip(order, place, strict=True)
    name, descends = first.lstrip("-"), first.startswith("-")
    unknown = Q(**{f"{name}__isnull": True})
    tie = (unknown if value is None else Q(**{name: value})) & _past(last, last_value)
    if value is None:
        return (~unknown | tie) if descends else tie
    return _past(first, value) | tie | (Q() if descends else unknown)


def _past(field: str, value: Any) -> Q:
    way = "lt" if field.startswith("-") else "gt"
    return Q(**{f"{field.lstrip('-')}__{way}": value})
