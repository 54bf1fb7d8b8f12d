"""The coordinator's list: taking a case on, moving it to another meeting, taking it off."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record, record_for_both
from marac.actions.meeting import meeting_of
from marac.codes import MeetingState, MoveReason, OffReason
from marac.models import Listing, MaracReferral, Meeting
from marac.repeats import earlier_of, note_repeat
from marac.terms import coordinates
from notices.outbox import owe
from referrals import actions as referring
from referrals.actions._making_a_move import lock_case, told_on
from referrals.errors import MoveNotAllowed, ReasonMissing
from referrals.lifecycle import PENDING, Side, Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.ladder import settle_rungs


def take_on(reference: str, area_code: str, on: date, *, by: Membership) -> Listing:
    """Accept a MARAC referral where that is still to be done, and put it on a meeting's list.

    :raises MoveNotAllowed: if it is on a list already, or that meeting was held.
    :raises ConsentMissing: if her agreement has ended since it was sent.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.take_on", about=("referral", reference), reason=on.isoformat())
        marac = in_hand(reference, by=by)
        meeting = _open(meeting_of(area_code, on, by=by))
        if marac.listings.filter(left_at=None).exists():
            raise MoveNotAllowed("This case is on a meeting’s list already.")
        if marac.referral.status in PENDING:
            referring.accept(reference, by=by)
        elif marac.referral.status != Status.ACCEPTED:
            raise MoveNotAllowed(f"This referral is “{marac.referral.get_status_display()}”.")
        listing = put_on(marac, meeting, at)
        note_repeat(marac, earlier_of(marac, by, at=marac.referred_at), by, at=at)
        settle_rungs(marac.pk, at=at)
    return listing


def move(reference: str, area_code: str, on: date, *, reason: str, by: Membership) -> Listing:
    """Have a case heard at another meeting than planned. Its line on the first list stays.

    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if it is on no list, was heard, or that meeting was held.
    """
    if reason not in MoveReason.values:
        raise ReasonMissing("Choose why it is heard at another meeting.")
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.move", about=("referral", reference), reason=reason)
        marac = in_hand(reference, by=by)
        meeting = _open(meeting_of(area_code, on, by=by))
        if _left(marac, reason, at).meeting_id == meeting.pk:
            raise MoveNotAllowed("It is on that meeting’s list already.")
        listing = put_on(marac, meeting, at)
        tell_referrer(marac, "marac.moved", at)
    return listing


def take_off(reference: str, *, reason: str, by: Membership) -> MaracReferral:
    """Not hear a case at all. The duty to act stays with each agency, and the referrer is told.

    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if it was heard.
    """
    if reason not in OffReason.values:
        raise ReasonMissing("Choose why it is not heard.")
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.take_off", about=("referral", reference), reason=reason)
        marac = in_hand(reference, by=by)
        if marac.listings.filter(left_at=None).exists():
            _left(marac, reason, at)
        marac.ended_at, marac.end_reason = at, reason
        marac.save(update_fields=["ended_at", "end_reason"])
        settle_rungs(marac.pk, at=at)
        tell_referrer(marac, "marac.taken_off", at)
    return marac


def in_hand(reference: str, *, by: Membership) -> MaracReferral:
    """A MARAC referral that the member's agency coordinates, locked, and not taken off.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for everybody but the agency's managers.
    :raises MoveNotAllowed: if it was taken off.
    """
    lock_case(reference)
    referral = Referral.objects.visible_to(by).get(reference=reference)
    rows = MaracReferral.objects.select_related("referral").filter(referral=referral)
    if not rows.exists():
        raise Referral.DoesNotExist
    marac = rows.select_for_update(of=("self",)).filter(agency=by.agency_id).first()
    if marac is None or not coordinates(by):
        raise PermissionDenied
    if marac.ended_at is not None:
        raise MoveNotAllowed("This case was taken off the list.")
    return marac


def _open(meeting: Meeting) -> Meeting:
    """The coordinator may add until it is held: what is urgent is not put off by a closing day."""
    if meeting.state == MeetingState.CANCELLED:
        raise MoveNotAllowed("That meeting was cancelled. Choose another one.")
    if meeting.state == MeetingState.HELD:
        raise MoveNotAllowed("That meeting was held. Choose a later one.")
    return meeting


def put_on(marac: MaracReferral, meeting: Meeting, at: datetime) -> Listing:
    """A place on a meeting's list, saved."""
    return Listing.objects.create(
        marac=marac, meeting=meeting, agency_id=marac.agency_id, listed_at=at
    )


def _left(marac: MaracReferral, reason: str, at: datetime) -> Listing:
    listing = marac.listings.select_for_update().filter(left_at=None).first()
    if listing is None:
        raise MoveNotAllowed("This case is on no meeting’s list.")
    if listing.heard_at is not None:
        raise MoveNotAllowed("This case was heard already.")
    listing.left_at, listing.left_for = at, reason
    listing.save(update_fields=["left_at", "left_for"])
    return listing


def tell_referrer(marac: MaracReferral, kind: str, at: datetime) -> None:
    """Whoever referred a case hears what became of its hearing."""
    told = told_on(marac.referral, Side.REFERRING)
    reference = marac.referral.reference
    owe(told, kind=kind, reference=reference, dedupe=f"{marac.pk}:{kind}:{at.timestamp()}")
    record_for_both(marac.referring_agency_id)
