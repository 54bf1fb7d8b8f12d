"""On call: who can be woken outside the hours of work."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from accounts.models import Membership
from referrals.errors import MoveNotAllowed, NotWellFormed
from rota.actions._keeping import check_near, keeping, unless
from rota.models import OnCall

LONGEST_CALL: Final = timedelta(days=14)


def put_on_call(
    person: Membership, *, by: Membership, starts_at: datetime, ends_at: datetime
) -> OnCall:
    """Let a colleague be woken between two instants.

    :raises NotWellFormed: for a time that is over, longer than two weeks, out of reach, or that
        overlaps another on which they are on call.
    """
    with keeping("put_on_call", person, by=by) as keep:
        check_near("starts_at", starts_at.date(), keep.today)
        if ends_at <= starts_at:
            raise NotWellFormed("ends_at", "It must end after it begins.")
        if ends_at <= keep.at:
            raise NotWellFormed("ends_at", "That time has passed.")
        if ends_at - starts_at > LONGEST_CALL:
            raise NotWellFormed("ends_at", "Nobody can be on call for more than two weeks.")
        twice = NotWellFormed("starts_at", "They are on call already in that time.")
        with unless("rota_oncall_one_at_a_time", twice):
            return OnCall.objects.create(
                agency_id=keep.agency_id,
                membership=keep.person,
                during=TimestamptzRange(starts_at, ends_at),
                put_by=by,
                put_at=keep.at,
            )


def take_off_call(person: Membership, call_id: UUID, *, by: Membership) -> None:
    """Let a colleague be woken no longer: on-call that runs ends now, one to come is gone.

    :raises OnCall.DoesNotExist: if there is no such time of theirs.
    :raises MoveNotAllowed: if it is over.
    """
    with keeping("take_off_call", person, by=by) as keep:
        call = OnCall.objects.select_for_update().get(pk=call_id, membership=keep.person)
        if call.during.upper <= keep.at:
            raise MoveNotAllowed("This time on call is over.")
        if call.during.lower >= keep.at:
            call.delete()
            return
        call.during = TimestamptzRange(call.during.lower, keep.at)
        call.save(update_fields=["during"])
