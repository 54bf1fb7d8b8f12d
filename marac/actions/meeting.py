"""Calling meetings: when, when the agenda closes, and who sits at them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Agency, Membership
from audit.recording import record
from directory.areas import AREAS
from directory.safe_times import LONDON
from marac.codes import MeetingState
from marac.models import Invitation, Meeting
from marac.terms import coordinates
from marac.window import next_morning
from referrals.errors import MoveNotAllowed, NotWellFormed
from tenancy.work import unit_of_work
from visits.ladder import owe_rung, settle_rungs

CLOSING: Final = "marac.agenda_closes"
RECORDING: Final = "marac.record_meeting"


@dataclass(frozen=True, kw_only=True)
class PlannedMeeting:
    """A meeting to call. Instants are aware; ``invited`` sit at it."""

    area_code: str
    held_at: datetime
    closes_at: datetime
    invited: Iterable[Agency] = ()


def plan(planned: PlannedMeeting, *, by: Membership) -> Meeting:
    """Call a meeting of an area, and owe its coordinators the reminders that go with it.

    :raises PermissionDenied: for anybody but a manager of an agency that coordinates.
    :raises NotWellFormed: for a time that has passed, or an agenda that closes after it.
    :raises MoveNotAllowed: if the area meets on that day already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.plan", about=("area", planned.area_code))
        if not coordinates(by):
            raise PermissionDenied
        check(planned, at)
        meeting = Meeting(
            agency_id=by.agency_id,
            area_code=planned.area_code,
            held_at=planned.held_at,
            held_on=planned.held_at.astimezone(LONDON).date(),
            closes_at=planned.closes_at,
        )
        save(meeting, force_insert=True)
        _invite(meeting, planned.invited)
        owe_reminders(meeting)
    return meeting


def close_agenda(area_code: str, on: date, *, by: Membership) -> Meeting:
    """Say to whoever looks for the next meeting that this one's list is full or done.

    :raises MoveNotAllowed: if it is closed already.
    """
    with unit_of_work(by.context):
        record("marac.close_agenda", about=("area", area_code), reason=on.isoformat())
        meeting = meeting_of(area_code, on, by=by)
        if meeting.state != MeetingState.PLANNED:
            raise MoveNotAllowed(f"This meeting is “{meeting.get_state_display()}”.")
        _become(meeting, MeetingState.CLOSED)
        settle_rungs(meeting.pk, at=timezone.now(), kinds=[CLOSING])
    return meeting


def hold(area_code: str, on: date, *, by: Membership) -> Meeting:
    """Record that a meeting was held. Her IDVA's time to tell her runs from it either way.

    :raises MoveNotAllowed: before its time, or twice.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.hold", about=("area", area_code), reason=on.isoformat())
        meeting = meeting_of(area_code, on, by=by)
        if meeting.state == MeetingState.CANCELLED:
            raise MoveNotAllowed("This meeting was cancelled.")
        if meeting.state == MeetingState.HELD:
            raise MoveNotAllowed("This meeting is recorded as held already.")
        if at < meeting.held_at:
            raise MoveNotAllowed("This meeting’s time has not come yet.")
        _become(meeting, MeetingState.HELD)
        settle_rungs(meeting.pk, at=at)
    return meeting


def meeting_of(area_code: str, on: date, *, by: Membership) -> Meeting:
    """A meeting that the member's agency coordinates, locked.

    :raises Meeting.DoesNotExist: if there is none, or the member may not know of it.
    :raises PermissionDenied: for an agency that is only invited, or somebody who runs none.
    """
    of_that_day = Meeting.objects.filter(area_code=area_code, held_on=on)
    standing_first = of_that_day.order_by(F("cancelled_at").desc(nulls_first=True), "id")
    ours = standing_first.filter(agency=by.agency_id).select_for_update(of=("self",)).first()
    if ours is None and not of_that_day.exists():
        raise Meeting.DoesNotExist
    if ours is None or not coordinates(by):
        raise PermissionDenied
    return ours


def owe_reminders(meeting: Meeting) -> None:
    """Owe its coordinators a word when the agenda closes, and one to record what came of it."""
    for kind, at in ((CLOSING, meeting.closes_at), (RECORDING, next_morning(meeting.held_at))):
        owe_rung(meeting.pk, kind, at, agency_id=meeting.agency_id)


def check(planned: PlannedMeeting, at: datetime) -> None:
    """Refuse a meeting that cannot be.

    :raises NotWellFormed: naming the answer that is wrong.
    """
    if planned.area_code not in AREAS:
        raise NotWellFormed("area_code", "Choose one of the areas on the list.")
    if planned.held_at <= at:
        raise NotWellFormed("held_at", "Call a meeting before it is held.")
    if planned.closes_at > planned.held_at:
        raise NotWellFormed("closes_at", "The agenda closes before the meeting, not after it.")


def save(meeting: Meeting, **how: Any) -> None:
    """Keep a meeting, where its area has no other on that day.

    :raises MoveNotAllowed: if it has.
    """
    try:
        with transaction.atomic():
            meeting.save(**how)
    except IntegrityError as error:
        if "marac_meeting_one_a_day" not in str(error):
            raise
        area, day = AREAS[meeting.area_code].name, meeting.held_on
        raise MoveNotAllowed(f"{area} has a meeting on {day:%d/%m/%Y} already.") from None


def _invite(meeting: Meeting, invited: Iterable[Agency]) -> None:
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, coordinator_id=meeting.agency_id, agency=agency)
        for agency in {each.pk: each for each in invited}.values()
        if agency.pk != meeting.agency_id
    )


def _become(meeting: Meeting, state: MeetingState) -> None:
    meeting.state = state
    meeting.save(update_fields=["state"])
