"""Loading how long things are kept, from a file that a person signed off."""

import json
from datetime import date
from typing import Any, Final

from psycopg.types.range import DateRange

from accounts.errors import NotDone
from accounts.models import AgencyKind
from directory.harm import HarmStrand
from retention.models import RetentionRule

FIELDS: Final = {"agency_kind", "harm_strand", "months", "months_with_children", "basis"}


def load(text: str) -> list[RetentionRule]:
    """Put the rules of a file in force from its day on; those they replace end the day before.

    The file is ``{"from": "2026-12-01", "rules": [{"agency_kind": …, "harm_strand": "" or a strand,
    "months": …, "months_with_children": …, "basis": …}]}``.

    :raises NotDone: saying what is wrong with it; nothing is changed.
    """
    starts_on, rules = _read(text)
    loaded = []
    for given in rules:
        same = RetentionRule.objects.filter(
            agency_kind=given["agency_kind"], harm_strand=given["harm_strand"]
        )
        if same.filter(period__startswith__gte=starts_on).exists():
            raise NotDone(f"There is a rule for {_named(given)} from that day or a later one.")
        for before in same.filter(period__contains=starts_on):
            before.period = DateRange(before.period.lower, starts_on)
            before.save(update_fields=["period"])
        loaded.append(RetentionRule.objects.create(period=DateRange(starts_on, None), **given))
    return loaded


def _read(text: str) -> tuple[date, list[dict[str, Any]]]:
    try:
        whole = json.loads(text)
        if set(whole) != {"from", "rules"} or not isinstance(whole["rules"], list):
            raise NotDone("The file needs exactly `from` and `rules`.")
        return date.fromisoformat(whole["from"]), [_checked(each) for each in whole["rules"]]
    except (ValueError, TypeError) as error:
        raise NotDone(f"The file cannot be read: {type(error).__name__}.") from None


def _checked(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) != FIELDS:
        raise NotDone(f"A rule needs exactly {', '.join(sorted(FIELDS))}.")
    if given["agency_kind"] not in AgencyKind.values:
        raise NotDone(f"There is no kind of agency called {given['agency_kind']!r}.")
    if given["harm_strand"] not in {"", *HarmStrand.values}:
        raise NotDone(f"There is no harm strand called {given['harm_strand']!r}.")
    months = (given["months"], given["months_with_children"])
    if not all(type(each) is int and each >= 1 for each in months) or months[1] < months[0]:
        raise NotDone(f"The months of {_named(given)} are not in order.")
    if not (isinstance(given["basis"], str) and given["basis"].strip()):
        raise NotDone(f"Say on what basis {_named(given)} is kept.")
    return given


def _named(given: dict[str, Any]) -> str:
    return f"{given['agency_kind']}, {given['harm_strand'] or 'every case'}"
