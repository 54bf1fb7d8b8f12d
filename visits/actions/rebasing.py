"""Setting running clocks anew from the policy in force, because a manager says why."""

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.areas import AREAS
from directory.clock_reasons import RebaseReason
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from tenancy.work import unit_of_work
from visits.actions._moving_clocks import move_clocks
from visits.clock import ORDINARY, Deadlines, deadlines
from visits.models import ClockChange, FollowUp, Programme
from visits.programme import desk_for

_RAN_OUT: Final = "The time to make contact is over. A clock that has run out is not set anew."
_SAME: Final = "The clocks stand as the policy in force has it."


def rebase(reference: str, *, by: Membership, reason: str) -> ClockChange:
    """Set one follow-up's clocks anew from its area's policy of today, from the end of the visit.

    What it was paused for stays added. A clock that was met or missed stays as it was.

    :raises FollowUp.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: unless ``by`` manages.
    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if it has ended, its time is over, or nothing would move.
    """
    with unit_of_work(by.context):
        record("follow_up.rebase", about=("referral", reference), reason=reason)
        visible = FollowUp.objects.visible_to(by).select_for_update(of=("self",))
        follow_up = visible.select_related("referral").get(referral__reference=reference)
        _refuse(by, reason)
        at = timezone.now()
        if not FollowUp.objects.running().filter(pk=follow_up.pk).exists():
            raise MoveNotAllowed("There is no follow-up here that still runs.")
        if not _still_runs(follow_up, at):
            raise MoveNotAllowed(_RAN_OUT)
        change = _rebased(follow_up, by, reason, at)
        if change is None:
            raise MoveNotAllowed(_SAME)
        return change


def rebase_area(area_code: str, *, by: Membership, reason: str) -> list[ClockChange]:
    """Set anew every running clock of an area that the manager's agency owes; what moved.

    :raises PermissionDenied: unless ``by`` manages.
    :raises NotWellFormed: for an area that is none of ours.
    :raises ReasonMissing: without a reason from the list.
    """
    with unit_of_work(by.context):
        record("follow_up.rebase_area", about=("area", area_code), reason=reason)
        _refuse(by, reason)
        if area_code not in AREAS:
            raise NotWellFormed("area", "Choose an area.")
        at = timezone.now()
        running = FollowUp.objects.visible_to(by).running().filter(referral__area_code=area_code)
        locked = running.select_related("referral").order_by("pk").select_for_update(of=("self",))
        still = [each for each in locked if _still_runs(each, at)]
        changes = [_rebased(each, by, reason, at) for each in still]
        return [change for change in changes if change is not None]


def _refuse(by: Membership, reason: str) -> None:
    if not by.has(Permission.MANAGE):
        raise PermissionDenied
    if reason not in RebaseReason.values:
        raise ReasonMissing("Choose why the clocks are set anew.")


def _still_runs(follow_up: FollowUp, at: datetime) -> bool:
    """Whether contact is owed still: what came to an end is not made to look otherwise."""
    until = follow_up.paused_at or at
    return follow_up.contacted_at is None and until < follow_up.due_at


def _rebased(follow_up: FollowUp, by: Membership, reason: str, at: datetime) -> ClockChange | None:
    """The follow-up under the policy of today; None if that changes nothing."""
    programme = desk_for(follow_up.referral.area_code, timezone.localdate(at)).programme
    to = _deadlines(follow_up, programme)
    if to == (follow_up.due_at, follow_up.visit_from_at, follow_up.visit_by_at):
        return None
    follow_up.programme = programme
    change = ClockChange(
        kind=ClockChange.Kind.REBASED, reason=reason, programme=programme, by=by, at=at
    )
    return move_clocks(follow_up, to, change)


def _deadlines(follow_up: FollowUp, programme: Programme | None) -> Deadlines:
    resumed = follow_up.clock_changes.filter(kind=ClockChange.Kind.RESUMED)
    paused = resumed.aggregate(time=Sum(F("new_due_at") - F("old_due_at")))["time"]
    lost = paused or timedelta(0)
    set_anew = deadlines(follow_up.visit_ended_at, programme.window if programme else ORDINARY)
    return Deadlines(*(instant + lost for instant in set_anew))
