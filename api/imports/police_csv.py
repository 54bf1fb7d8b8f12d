"""A table as police records systems extract it: which column says what of a referral.

The shape is this project's own, made for extracts like those of Niche and Athena, which every
force names in its own way. What the police know of a phone is not what is safe: contact is held.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rest_framework.exceptions import ValidationError

from directory.contact import DirectContact
from directory.safe_times import LONDON
from directory.sharing import ConsentAnswer, PartyKind, Relationship

_BRITISH_DAY: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})(.*)", re.DOTALL)


def _iso(cell: str) -> str:
    """``23/04/1991 …`` as ``1991-04-23 …``; anything else is left for its field to refuse."""
    if british := _BRITISH_DAY.fullmatch(cell):
        day, month, year, rest = british.groups()
        return f"{year}-{month}-{day}{rest}"
    return cell


def _instant(cell: str) -> str:
    """An instant. Without an offset it is read on the wall clock of London.

    :raises ValueError: for what is no moment, or is one twice, or never was.
    """
    try:
        found = datetime.fromisoformat(_iso(cell))
    except ValueError:
        raise ValueError("Give a moment like 26/11/2026 21:40 or 2026-11-26T21:40Z.") from None
    if found.tzinfo:
        return found.isoformat()
    first, second = (found.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError("The clocks changed at that time: write it with its offset.")
    return first.isoformat()


def _flag(cell: str) -> bool:
    """:raises ValueError: for what is neither."""
    if cell.upper() in {"Y", "YES"}:
        return True
    if cell.upper() in {"N", "NO"}:
        return False
    raise ValueError("Write Y or N.")


def _answer(cell: str) -> str:
    """Y, N, or a code of why she was not asked."""
    said = {"Y": ConsentAnswer.GIVEN, "N": ConsentAnswer.REFUSED}
    return str(said.get(cell.upper(), cell))


def _codes(cell: str) -> list[str]:
    return [code.strip() for code in cell.split(";") if code.strip()]


@dataclass(frozen=True)
class Column:
    """Where a column's cell stands in a referral, as a JSON pointer, and how it is read."""

    pointer: str
    read: Callable[[str], Any] = str
    is_needed: bool = False


COLUMNS: Final[Mapping[str, Column]] = {
    "occurrence_number": Column("/source_id", is_needed=True),
    "visit_ended_at": Column("/visit_ended_at", _instant, is_needed=True),
    "risk": Column("/risk_band", str.lower, is_needed=True),
    "harm": Column("/harm_strands", _codes, is_needed=True),
    "consent": Column("/consent/answer", _answer, is_needed=True),
    "consent_method": Column("/consent/method"),
    "consent_wording": Column("/consent/wording_version"),
    "agreed_at": Column("/agreed_at", _instant),
    "basis": Column("/consent/basis"),
    "condition": Column("/consent/condition"),
    "ground": Column("/consent/ground"),
    "safe_to_tell": Column("/consent/safe_to_tell"),
    "reason": Column("/consent/reason"),
    "officer": Column("/on_behalf_of"),
    "crime_number": Column("/case/incident/crime_reference"),
    "summary": Column("/case/incident/summary"),
    "risk_grounds": Column("/case/risk/grounds"),
    "risk_tool": Column("/case/risk/tool"),
    "hazards": Column("/case/risk/hazards"),
    "area_code": Column("/area_code"),
    "postcode": Column("/postcode"),
    "address": Column("/case/address/police_known"),
    "surname": Column("/case/identity/family_name"),
    "forenames": Column("/case/identity/given_name"),
    "born_on": Column("/case/identity/born_on", _iso),
    "language": Column("/case/identity/language"),
    "interpreter": Column("/case/identity/interpreter"),
    "phone": Column("/case/contact/phone"),
    "children": Column("/children", _flag),
    "needs": Column("/needs", _codes),
    "suspect_surname": Column("/parties/0/details/family_name"),
    "suspect_forenames": Column("/parties/0/details/given_name"),
    "suspect_born_on": Column("/parties/0/details/born_on", _iso),
    "suspect_relationship": Column("/parties/0/relationship"),
}
COLUMN_OF: Final = {column.pointer: name for name, column in COLUMNS.items()}


def check_columns(names: Sequence[str]) -> None:
    """Refuse a table whose columns are not these.

    :raises ValidationError: naming each that is unknown, missing, or there twice.
    """
    faults = {name: ["There is no such column."] for name in names if name not in COLUMNS}
    faults |= {name: ["The column is there twice."] for name in names if names.count(name) > 1}
    needed = (name for name, column in COLUMNS.items() if column.is_needed)
    faults |= {name: ["The column is missing."] for name in needed if name not in names}
    if faults:
        raise ValidationError(dict(list(faults.items())[:25]))


def referral_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """A referral in the contract's shape. Empty cells say nothing.

    :raises ValidationError: naming the columns whose cells cannot be read.
    """
    given: dict[str, Any] = {"case": {}, "contact": {"direct": DirectContact.HELD}}
    faults = {}
    for name, cell in cells.items():
        if not (said := cell.strip()):
            continue
        column = COLUMNS[name]
        try:
            _put(given, column.pointer.split("/")[1:], column.read(said))
        except ValueError as fault:
            faults[name] = [str(fault)]
    if faults:
        raise ValidationError(faults)
    return given


def _put(given: dict[str, Any], steps: list[str], value: Any) -> None:
    first, *rest = steps
    if not rest:
        given[first] = value
    elif rest[0] == "0":
        suspect = {
            "kind": PartyKind.ALLEGED_PERPETRATOR,
            "relationship": Relationship.NOT_KNOWN,
        }
        _put(given.setdefault(first, [suspect])[0], rest[1:], value)
    else:
        _put(given.setdefault(first, {}), rest, value)
