"""How long the roads between the region's areas take, until an agency says otherwise."""

from collections.abc import Mapping
from itertools import product
from typing import Final

from directory.areas import AREAS, HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL
from rota.models import TravelTime

WITHIN_AN_AREA: Final = 20

_BETWEEN: Final = {
    frozenset({LIVERPOOL.code, KNOWSLEY.code}): 25,
    frozenset({LIVERPOOL.code, SEFTON.code}): 30,
    frozenset({LIVERPOOL.code, WIRRAL.code}): 30,
    frozenset({LIVERPOOL.code, ST_HELENS.code}): 35,
    frozenset({LIVERPOOL.code, HALTON.code}): 35,
    frozenset({KNOWSLEY.code, ST_HELENS.code}): 20,
    frozenset({KNOWSLEY.code, HALTON.code}): 25,
    frozenset({KNOWSLEY.code, SEFTON.code}): 30,
    frozenset({KNOWSLEY.code, WIRRAL.code}): 40,
    frozenset({ST_HELENS.code, HALTON.code}): 25,
    frozenset({ST_HELENS.code, SEFTON.code}): 40,
    frozenset({ST_HELENS.code, WIRRAL.code}): 50,
    frozenset({SEFTON.code, HALTON.code}): 50,
    frozenset({SEFTON.code, WIRRAL.code}): 45,
    frozenset({WIRRAL.code, HALTON.code}): 40,
}

USUAL_MINUTES: Final[Mapping[tuple[str, str], int]] = {
    (here, there): WITHIN_AN_AREA if here == there else _BETWEEN[frozenset({here, there})]
    for here, there in product(AREAS, AREAS)
}
"""By car between town centres by day, door to door, rounded up: the house's own estimate, measured
by nobody. It is there so that plans are not made as if the roads took no time."""


def travel_minutes(agency_id: int) -> Mapping[tuple[str, str], int]:
    """Minutes from area to area as the agency reckons them: every pair has an answer."""
    own = TravelTime.objects.filter(agency=agency_id)
    said = own.values_list("from_area", "to_area", "minutes")
    return {**USUAL_MINUTES, **{(here, there): minutes for here, there, minutes in said}}
