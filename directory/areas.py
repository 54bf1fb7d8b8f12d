"""The six local authorities of the Liverpool City Region, and which of them a postcode is in.

Codes and names: Office for National Statistics (whose own name for one of them is "St. Helens").
Halton is in the region and policed by Cheshire; the other five by Merseyside. Basic command units
are those of Merseyside Police; Liverpool's two share one council, so a unit is not an area
(github.com/ministryofjustice/bichard7-next-data, `organisation-unit.json`).

The lookup works offline: a safe address is never sent to anybody's service. It never guesses
either. Where a sector of postcodes lies in two authorities only the postcodes known are answered,
so that one outside, or newer than the table, is refused and the referrer is asked for the area.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple


class Area(NamedTuple):
    """A local authority: the place that decides which desk answers."""

    code: str
    name: str
    force_code: str


class Bcu(NamedTuple):
    """A basic command unit of Merseyside Police, and the authority it serves."""

    code: str
    name: str
    area: Area


KNOWSLEY: Final = Area("E08000011", "Knowsley", "05")
LIVERPOOL: Final = Area("E08000012", "Liverpool", "05")
ST_HELENS: Final = Area("E08000013", "St Helens", "05")
SEFTON: Final = Area("E08000014", "Sefton", "05")
WIRRAL: Final = Area("E08000015", "Wirral", "05")
HALTON: Final = Area("E06000006", "Halton", "07")

AREAS: Final[Mapping[str, Area]] = {
    area.code: area for area in (HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL)
}
"""Every area by its ONS code, in order of name."""

AREA_CHOICES: Final = [(area.code, area.name) for area in AREAS.values()]

FORCES: Final[Mapping[str, str]] = {"05": "Merseyside Police", "07": "Cheshire Constabulary"}

BCUS: Final[Mapping[str, Bcu]] = {
    bcu.code: bcu
    for bcu in (
        Bcu("05A", "Wirral", WIRRAL),
        Bcu("05B", "Sefton", SEFTON),
        Bcu("05C", "Knowsley", KNOWSLEY),
        Bcu("05D", "St Helens", ST_HELENS),
        Bcu("05E", "Liverpool North", LIVERPOOL),
        Bcu("05F", "Liverpool South", LIVERPOOL),
    )
}
"""Every basic command unit by its police unit code."""

LOOKUP: Final = Path(__file__).resolve().parent.parent / "data" / "postcode_areas.json"
_POSTCODE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|GIR)([0-9][A-Z]{2})")
_LONGEST_TYPED: Final = 20


def area_named(code: str) -> Area:
    """The area with that ONS code. Raises KeyError for any other place."""
    return AREAS[code]


def tidy_postcode(text: str) -> str:
    """A postcode as it is written on an envelope: `L3 1BY`.

    Raises ValueError, in words fit to show; the words never repeat what was typed.
    """
    typed = unicodedata.normalize("NFKC", text[: _LONGEST_TYPED + 1]).upper()
    parts = _POSTCODE.fullmatch("".join(typed.split()))
    if parts is None or len(text) > _LONGEST_TYPED:
        raise ValueError("Enter a full UK postcode, for example L3 1BY.")
    return f"{parts[1]} {parts[2]}"


def area_of_postcode(text: str) -> Area | None:
    """The area a postcode lies in; None when it is outside the region or not surely inside.

    Raises ValueError, in words fit to show, when it is no postcode at all.
    """
    postcode = tidy_postcode(text)
    sector, unit = postcode[:-2], postcode[-2:]
    found = sectors().get(sector, {})
    if isinstance(found, str):
        return AREAS[found]
    return next((AREAS[code] for code, units in found.items() if unit in units.split()), None)


@cache
def sectors() -> Mapping[str, str | Mapping[str, str]]:
    """Sector → the area it is wholly in, or for each area the known units in it."""
    found: Mapping[str, str | Mapping[str, str]] = json.loads(LOOKUP.read_text())["sectors"]
    return found
