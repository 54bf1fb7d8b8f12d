"""How a case stands with the MARAC, and what there is to do about it, for the case's page."""

from typing import NamedTuple

from accounts.models import Membership
from accounts.roles import Permission
from directory.areas import AREAS
from marac.codes import Ground, OffReason
from marac.models import Telling
from marac.reading import OfCase, of_case
from marac.terms import coordinates
from portal import words
from portal.spoken_time import day
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral


class Standing(NamedTuple):
    """How one MARAC referral of a case stands, and why it was made."""

    words: str
    grounds: str
    reference: str


def standings(referral: Referral, member: Membership) -> list[Standing]:
    """How a case stands with the MARAC, so far as the member's agency may know."""
    return [
        Standing(
            _standing(each),
            words.labels(Ground, each.marac.grounds),
            each.referral.reference if each.referral else "",
        )
        for each in of_case(referral.case_id, by=member)
    ]


def _standing(case: OfCase) -> str:
    marac, referral, listing, meeting = case
    area = AREAS[marac.area_code].name
    if marac.ended_at is not None:
        return f"{area}: not heard. {OffReason(marac.end_reason).label}."
    if referral and referral.status not in {*PENDING, Status.ACCEPTED, Status.CLOSED}:
        return f"{area}: {referral.get_status_display().lower()}."
    if listing is None:
        return f"{area}: referred, on no meeting’s list yet."
    on = f"for {day(meeting.held_on)}" if meeting else "of a meeting"
    if listing.heard_at is not None:
        return f"{area}: heard on {day(listing.heard_at)}."
    return f"{area}: on the list {on}."


def tellings(referral: Referral, member: Membership) -> list[Telling]:
    """What is still to be told to the person of a referral."""
    return list(Telling.objects.owed_for(referral, member.agency_id))


def deeds(referral: Referral, member: Membership) -> list[tuple[str, str]]:
    """What can be done about the MARAC on a case, each as words and the name of its page."""
    if member.has(Permission.MANAGE) and coordinates(member):
        return _coordinators(referral)
    if not member.has(Permission.REFER):
        return []
    return [("Refer to MARAC", "refer_to_marac")]


def _coordinators(referral: Referral) -> list[tuple[str, str]]:
    """For a case that the police referred to the coordinator; what came for a MARAC has a list."""
    if referral.parent_id is not None or not referral.visit_ended_at:
        return []
    return [
        ("Pass to the IDVA service", "pass_to_idva"),
        ("Put on a MARAC list", "enter_at_marac"),
    ]
