"""How long the agency reckons with from area to area."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from audit.recording import record
from directory.areas import AREAS
from referrals.errors import NotWellFormed
from rota.models import LONGEST_TRAVEL, TravelTime
from rota.policy import may_manage
from tenancy.work import unit_of_work


def set_travel_minutes(minutes: Mapping[tuple[str, str], int], *, by: Membership) -> None:
    """Say how long it takes from area to area, each way by itself; pairs not named stay.

    :raises NotWellFormed: for an area outside the region, or a time that is none.
    """
    with unit_of_work(by.context):
        record("rota.set_travel_minutes", about=("agency", by.agency_id))
        if not may_manage(by):
            raise PermissionDenied
        for (here, there), length in minutes.items():
            if here not in AREAS or there not in AREAS:
                raise NotWellFormed("minutes", "Choose areas of the region.")
            if not 0 <= length <= LONGEST_TRAVEL:
                raise NotWellFormed(
                    f"{here}_{there}", f"Give minutes between 0 and {LONGEST_TRAVEL}."
                )
        TravelTime.objects.bulk_create(
            [
                TravelTime(agency_id=by.agency_id, from_area=here, to_area=there, minutes=length)
                for (here, there), length in minutes.items()
            ],
            update_conflicts=True,
            unique_fields=["agency", "from_area", "to_area"],
            update_fields=["minutes"],
        )
