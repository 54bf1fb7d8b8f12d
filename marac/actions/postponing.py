"""Moving a meeting to another time, and cancelling one: nobody on its list is lost with it."""

from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.safe_times import LONDON
from marac.actions.listing import put_on, tell_referrer
from marac.actions.meeting import PlannedMeeting, check, meeting_of, owe_reminders, save
from marac.codes import CancelReason, MeetingState, MoveReason
from marac.models import Listing, MaracReferral, Meeting
from marac.reading import open_meetings
from marac.sweeping import TO_LIST
from marac.window import next_morning
from notices.outbox import owe
from referrals.actions._making_a_move import lock_case
from referrals.errors import MoveNotAllowed, ReasonMissing
from tenancy.work import unit_of_work
from visits.ladder import owe_rung, settle_rungs


def reschedule(area_code: str, on: date, to: PlannedMeeting, *, by: Membership) -> Meeting:
    """Hold a meeting at another time. Its list goes with it, and each referrer is told.

    The time in which her IDVA tells each of them runs from the new time. Its agenda is open again
    if it closes later than now. Area and invitations stay.

    :raises MoveNotAllowed: once its time has come, or if the area meets on the new day already.
    :raises NotWellFormed: for a time that has passed, or an agenda that closes after it.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.reschedule", about=("area", area_code), reason=on.isoformat())
        meeting = meeting_of(area_code, on, by=by)
        _refuse_ended(meeting)
        if meeting.held_at <= at:
            raise MoveNotAllowed("This meeting’s time has come. Cancel it and plan another.")
        check(replace(to, area_code=area_code), at)
        meeting.held_at, meeting.closes_at = to.held_at, to.closes_at
        meeting.held_on = to.held_at.astimezone(LONDON).date()
        if to.closes_at > at:
            meeting.state = MeetingState.PLANNED
        save(meeting, update_fields=["held_at", "closes_at", "held_on", "state"])
        settle_rungs(meeting.pk, at=at)
        owe_reminders(meeting)
        for listing in _list_of(meeting):
            tell_referrer(listing.marac, "marac.moved", at)
    return meeting


def cancel(area_code: str, on: date, *, reason: str, by: Membership) -> Meeting | None:
    """Not hold a meeting. Its list goes to the next of the area, which is given back.

    Where none is planned every case waits for a list again, and its coordinators are reminded
    of each until it is on one. They and every referrer are told.

    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if it was held, cancelled, or a case of it was heard.
    """
    if reason not in CancelReason.values:
        raise ReasonMissing("Choose why it does not take place.")
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.cancel", about=("area", area_code), reason=reason)
        _lock(area_code, on, by)
        meeting = meeting_of(area_code, on, by=by)
        _refuse_ended(meeting)
        if meeting.listings.filter(heard_at__isnull=False).exists():
            raise MoveNotAllowed("Cases of this meeting were heard. Move the others one by one.")
        meeting.state, meeting.cancelled_at = MeetingState.CANCELLED, at
        meeting.cancel_reason = reason
        meeting.save(update_fields=["state", "cancelled_at", "cancel_reason"])
        settle_rungs(meeting.pk, at=at)
        following = _next(meeting, by, at)
        for listing in _list_of(meeting):
            _go_on(listing, following, at)
        _tell_coordinators(meeting)
    return following


def _refuse_ended(meeting: Meeting) -> None:
    if meeting.state in {MeetingState.HELD, MeetingState.CANCELLED}:
        raise MoveNotAllowed(f"This meeting is “{meeting.get_state_display()}”.")


def _lock(area_code: str, on: date, by: Membership) -> None:
    """Cases before meetings, and those in one order, as whoever moves a single case takes them."""
    listed = Listing.objects.filter(
        meeting__area_code=area_code, meeting__held_on=on, agency=by.agency_id, left_at=None
    )
    for reference in sorted(listed.values_list("marac__referral__reference", flat=True)):
        lock_case(reference)
    ours = Meeting.objects.filter(area_code=area_code, agency=by.agency_id, held_on__gte=on)
    list(ours.order_by("pk").select_for_update(of=("self",)))


def _next(meeting: Meeting, by: Membership, at: datetime) -> Meeting | None:
    """The area's next meeting, one whose agenda is open before one that takes only the urgent."""
    coming = list(open_meetings(by, at).filter(area_code=meeting.area_code))
    is_open = [
        each for each in coming if each.state == MeetingState.PLANNED and each.closes_at > at
    ]
    return next(iter([*is_open, *coming]), None)


def _list_of(meeting: Meeting) -> list[Listing]:
    rows = meeting.listings.select_related("marac__referral").filter(left_at=None)
    return list(rows.select_for_update(of=("self",)).order_by("listed_at", "id"))


def _go_on(listing: Listing, following: Meeting | None, at: datetime) -> None:
    """Onto the next list, or among those that wait for one."""
    marac = listing.marac
    listing.left_at, listing.left_for = at, MoveReason.MEETING_CANCELLED
    listing.save(update_fields=["left_at", "left_for"])
    if not MaracReferral.objects.standing().filter(pk=marac.pk).exists():
        return
    if following is not None:
        put_on(marac, following, at)
        tell_referrer(marac, "marac.moved", at)
        return
    owe_rung(
        marac.pk,
        TO_LIST,
        next_morning(at),
        agency_id=marac.agency_id,
        reference=marac.referral.reference,
    )
    tell_referrer(marac, "marac.waits", at)


def _tell_coordinators(meeting: Meeting) -> None:
    managers = Membership.objects.holding(Permission.MANAGE).filter(agency=meeting.agency_id)
    told = managers.exclude(user=None)
    owe(told, kind="marac.cancelled", reference="", dedupe=f"{meeting.pk}:cancelled")
