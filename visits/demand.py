"""Demand for extension: how many referrals come from areas that are not in the programme.

Numbers by area and month alone. They are counted by the database over every agency's referrals,
which nobody who asks may see.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection

from directory.areas import AREAS
from directory.routes import Route

ELSEWHERE = "Outside the six areas, or not known"


class Demand(NamedTuple):
    """What came from one area in one month, by one route."""

    month: date
    area_code: str
    route: Route
    referrals: int

    @property
    def area(self) -> str:
        """The authority's name."""
        return AREAS[self.area_code].name if self.area_code in AREAS else ELSEWHERE


def demand() -> list[Demand]:
    """All there was, the newest month first. Nothing for an agency it is not the business of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT month, area_code, route, referrals FROM visits_demand()")
        rows = [
            Demand(month, area_code, Route(route), referrals)
            for month, area_code, route, referrals in cursor.fetchall()
        ]
    return sorted(rows, key=lambda row: (-row.month.toordinal(), row.area, row.route))
