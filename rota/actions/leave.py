"""Leave, sickness among it: recorded, and ended when somebody is back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from accounts.models import Membership
from referrals.errors import MoveNotAllowed, NotWellFormed
from rota.actions._keeping import Keeping, check_near, keeping, unless
from rota.models import Leave, LeaveKind

LONGEST_LEAVE: Final = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class NewLeave:
    """Time away. ``starts_at`` None is from now on; ``ends_at`` None is until further notice,
    which only sickness can be."""

    kind: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def record_leave(person: Membership, new: NewLeave, *, by: Membership) -> Leave:
    """Record that a colleague, or oneself, is away. Shifts and on-call are cut short by it; what
    was booked stays booked, and stands on the manager's page as needing somebody else.

    :raises NotWellFormed: for a kind that is none, an end that is not after the beginning, times
        out of reach, or leave of that kind that overlaps what is recorded.
    """
    with keeping("record_leave", person, by=by, own=True) as keep:
        during = _checked(new, keep)
        twice = NotWellFormed("starts_at", "Leave of that kind is recorded for this time already.")
        with unless("rota_leave_one_of_a_kind_at_a_time", twice):
            return Leave.objects.create(
                agency_id=keep.agency_id,
                membership=keep.person,
                kind=new.kind,
                during=during,
                recorded_by=by,
                recorded_at=keep.at,
            )


def end_leave(person: Membership, leave_id: UUID, *, by: Membership) -> None:
    """Somebody is back, or does not go: leave that runs ends now; leave to come is gone.

    :raises Leave.DoesNotExist: if there is no such leave of theirs.
    :raises MoveNotAllowed: if it has ended.
    """
    with keeping("end_leave", person, by=by, own=True) as keep:
        leave = Leave.objects.select_for_update().get(pk=leave_id, membership=keep.person)
        if leave.during.upper and leave.during.upper <= keep.at:
            raise MoveNotAllowed("This leave has ended.")
        if leave.during.lower >= keep.at:
            leave.delete()
            return
        leave.during = TimestamptzRange(leave.during.lower, keep.at)
        leave.save(update_fields=["during"])


def _checked(new: NewLeave, keep: Keeping) -> TimestamptzRange:
    if new.kind not in LeaveKind.values:
        raise NotWellFormed("kind", "Choose the kind of leave.")
    starts_at = new.starts_at or keep.at
    check_near("starts_at", starts_at.date(), keep.today)
    if new.ends_at is None:
        if new.kind != LeaveKind.SICK:
            raise NotWellFormed("ends_at", "Enter when the leave ends.")
    elif new.ends_at <= starts_at:
        raise NotWellFormed("ends_at", "Leave must end after it begins.")
    elif new.ends_at - starts_at > LONGEST_LEAVE:
        raise NotWellFormed("ends_at", "Leave can be recorded for a year at a time.")
    return TimestamptzRange(starts_at, new.ends_at)
