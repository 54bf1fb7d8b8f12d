"""Transfer to another area: they have moved, and the duty goes along once somebody takes it."""

from django.utils import timezone

from accounts.models import Membership
from directory.areas import AREAS
from referrals.details import ConsentDetails
from referrals.errors import NotWellFormed
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.actions.handing_on import hand_on
from visits.programme import desk_for


def transfer(
    reference: str, area_code: str, consent: ConsentDetails, *, by: Membership
) -> Referral:
    """Ask the desk of the area they are in now to go on with the follow-up, on the same clock.

    Until somebody there takes it, it stays with whoever asks, with everything that is due.

    :raises NotWellFormed: for a place that is none of our areas, or whose desk is one's own.
    :raises MoveNotAllowed: if it is on its way already.
    :raises ConsentMissing: without their agreement to that desk, or a ground.
    """
    if area_code not in AREAS:
        raise NotWellFormed("area_code", "Choose the area they are in now.")
    with unit_of_work(by.context):
        desk = desk_for(area_code, timezone.localdate())
        if desk.agency.pk == by.agency_id:
            raise NotWellFormed("area_code", "Your own desk answers for that area.")
        return hand_on(reference, desk.agency, consent, by=by, facts={"area_code": area_code})
