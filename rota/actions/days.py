"""A day that differs from the pattern."""

from datetime import date

from psycopg.types.range import Int4Range

from accounts.models import Membership
from referrals.errors import MoveNotAllowed, NotWellFormed
from rota.actions._keeping import check_length, check_near, keeping
from rota.models import DAY, ExceptionDay


def set_exception(
    person: Membership, on: date, *, by: Membership, kind: str, minutes: tuple[int, int] | None
) -> ExceptionDay:
    """Let a colleague work otherwise on one day. It takes the place of what was said of that day.

    ``minutes`` are the day's, and may run past midnight; instead of the usual hours, and without
    any, it is a day off that is no leave.

    :raises NotWellFormed: for a day out of reach, or hours besides the usual ones that are none.
    """
    with keeping("set_exception", person, by=by) as keep:
        check_near("on", on, keep.today)
        if kind not in ExceptionDay.Kind.values:
            raise NotWellFormed("kind", "Choose whether it is instead of the usual hours.")
        if minutes is None and kind == ExceptionDay.Kind.BESIDES:
            raise NotWellFormed("minutes", "Enter the hours that come on top.")
        if minutes is not None:
            _check_minutes(minutes)
        row, _ = ExceptionDay.objects.update_or_create(
            membership=keep.person,
            on=on,
            defaults={
                "agency_id": keep.agency_id,
                "kind": kind,
                "minutes": minutes and Int4Range(*minutes),
                "set_by": by,
                "set_at": keep.at,
            },
        )
        return row


def clear_exception(person: Membership, on: date, *, by: Membership) -> None:
    """Let the pattern count again on that day.

    :raises MoveNotAllowed: if nothing else was said of it.
    """
    with keeping("clear_exception", person, by=by) as keep:
        deleted, _ = ExceptionDay.objects.filter(membership=keep.person, on=on).delete()
        if not deleted:
            raise MoveNotAllowed("That day is as usual already.")


def _check_minutes(minutes: tuple[int, int]) -> None:
    begins, ends = minutes
    if not 0 <= begins < DAY:
        raise NotWellFormed("minutes", "A shift belongs to the day on which it begins.")
    check_length("minutes", begins, ends)
