"""Which desk answers for an area on a day, by which route, and how areas stand."""

from datetime import date
from typing import NamedTuple

from accounts.models import Agency, AgencyKind
from directory.routes import Route
from referrals.errors import ReferralError
from visits.models import Programme


class NoDesk(ReferralError):
    """Nobody is set up to answer for this area, not even the coordinators."""


class Desk(NamedTuple):
    """Who answers, under which version of the programme (None: outside it), by which route."""

    agency: Agency
    programme: Programme | None
    route: Route


def desk_for(area_code: str, on: date) -> Desk:
    """The desk of an area: its programme's, its ordinary route, or the coordinators.

    A referral is never refused for where she lives: one from an area outside the programme goes
    to that area's ordinary route, one from an area that takes none directly to whoever brings
    them to MARAC, and one from outside the region to the coordinators.

    :raises NoDesk: if there are no coordinators either.
    """
    versions = Programme.objects.filter(area_code=area_code, period__contains=on)
    version = versions.select_related("desk").first() if area_code else None
    if version is not None:
        return Desk(version.desk, version if version.is_joined else None, version.route)
    coordinators = Agency.objects.filter(kind=AgencyKind.COORDINATOR, is_active=True)
    agency = coordinators.order_by("pk").first()
    if agency is None:
        raise NoDesk("There is no desk for this area yet. Ring the helpline's coordinators.")
    return Desk(agency, None, Route.COORDINATORS)
