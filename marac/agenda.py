"""What leaves the house of a meeting's list: the least that lets agencies look up their own.

Each agency comes to a meeting with what it holds itself. To look that up it needs to know which
of *its* people are spoken of, and that is what the names are for, in a step of its own. The export
holds codes alone: enough to plan the meeting and to count it, and nobody is known by it.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from directory.ages import AgeBand
from directory.areas import AREAS
from directory.harm import HarmStrand, RiskBand
from marac.codes import Ground
from marac.models import Listing
from marac.reading import is_repeat

HEADINGS: Final = (
    "Reference",
    "Area",
    "Age",
    "Grounds",
    "Risk",
    "Harm",
    "Referred by",
    "Repeat",
    "Children",
)
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_CHILDREN: Final[Mapping[bool | None, str]] = {True: "One or more", False: "None", None: ""}


class Line(NamedTuple):
    """One case of an agenda, in words for codes."""

    reference: str
    area: str
    age: str
    grounds: str
    risk: str
    harm: str
    referred_by: str
    repeat: str
    children: str


class Counts(NamedTuple):
    """How many are on a list, and of what kind. Households with children, not children."""

    cases: int
    with_children: int
    repeats: int


def line_of(listing: Listing) -> Line:
    """A case as an agenda says it."""
    marac, referral = listing.marac, listing.marac.referral
    return Line(
        referral.reference,
        AREAS[marac.area_code].name,
        str(AgeBand(referral.age_band).label),
        "; ".join(str(Ground(ground).label) for ground in marac.grounds),
        str(RiskBand(referral.risk_band).label),
        "; ".join(str(HarmStrand(strand).label) for strand in referral.harm_strands),
        str(referral.referring_agency.name),
        "Yes" if is_repeat(listing) else "No",
        _CHILDREN[referral.children] or "Not known",
    )


def counts_of(listings: Sequence[Listing]) -> Counts:
    """The three numbers above a list."""
    return Counts(
        len(listings),
        sum(each.marac.referral.children is True for each in listings),
        sum(is_repeat(each) for each in listings),
    )


def as_csv(lines: Iterable[Line]) -> str:
    """An agenda as a file for a spreadsheet, in which nothing is run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    writer.writerows([[_harmless(cell) for cell in line] for line in lines])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """An apostrophe before what a spreadsheet would take for the beginning of a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(STARTS_A_FORMULA) else cell
