"""Handing over: whoever is away has nothing left in hand, all of it at once or none."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from referrals import actions as referring
from referrals.errors import NotWellFormed, ReferralError
from tenancy.work import unit_of_work
from visits.actions.booking import Booking, book
from visits.handing import InHand, in_hand
from visits.models import CancelReason, Rung, Visit


class CannotHandOver(NotWellFormed):
    """Why one case cannot go to the colleague chosen for it; ``field`` is its reference."""


class Share(NamedTuple):
    """What of whose goes to whom, and why."""

    away: Membership
    to: Membership
    reason: str
    off_shift_reason: str


def hand_over(
    away: Membership,
    shares: Mapping[str, Membership],
    *,
    by: Membership,
    reason: str,
    off_shift_reason: str = "",
) -> list[InHand]:
    """Hand everything a colleague has in hand to others, by reference, in one transaction.

    Cases become theirs to open, booked visits are booked anew with who goes instead (the booking
    before stays on record), and whatever was to wake the one who is away wakes them.
    ``off_shift_reason`` is for those who are not at work at the time of a visit they take on.

    :raises PermissionDenied: if ``by`` does not see to the team's work.
    :raises Membership.DoesNotExist: for somebody of another agency.
    :raises CannotHandOver: naming the case, if nobody was chosen for it or whoever was is taken.
    """
    with unit_of_work(by.context):
        record("hand_over", about=("membership", away.pk), reason=reason)
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        if away.agency_id != by.agency_id:
            raise Membership.DoesNotExist
        held = in_hand(away, at=timezone.now())
        for each in sorted(held, key=lambda each: str(each.referral.case_id)):
            to = shares.get(each.reference)
            if to is None or to == away:
                raise CannotHandOver(each.reference, "Choose who takes this on.")
            _hand_over(each, Share(away, to, reason, off_shift_reason), by=by)
        return held


def _hand_over(held: InHand, share: Share, *, by: Membership) -> None:
    try:
        if held.is_theirs:
            referring.assign(held.reference, share.to, by=by, reason=share.reason)
        for visit in held.visits:
            book(held.reference, _booking(visit, share), by=by)
    except ReferralError as error:
        raise CannotHandOver(held.reference, f"{share.to.display_name}: {error}") from error
    waiting = Rung.objects.filter(person=share.away, reference=held.reference, fired_at=None)
    waiting.filter(settled_at=None).update(person=share.to)


def _booking(visit: Visit, share: Share) -> Booking:
    """The same visit, with somebody else in the place of who is away."""
    during = visit.during
    is_first = visit.adviser_id == share.away.pk
    return Booking(
        adviser=share.to if is_first else visit.adviser,
        second_worker=visit.second_worker if is_first else share.to,
        starts_at=during.lower,
        minutes=int((during.upper - during.lower).total_seconds() // 60),
        kind=visit.kind,
        venue=visit.venue,
        outside_reason=visit.outside_reason,
        off_shift_reason=share.off_shift_reason,
        moved_reason=CancelReason.NOT_AVAILABLE,
    )
