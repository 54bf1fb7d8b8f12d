"""The going out that belongs to a booking: planned with it, and called off with it."""

from datetime import datetime

from directory.lone_working import EndedHow
from referrals.errors import MoveNotAllowed
from visits import alarms
from visits.lone_working import goes_out
from visits.models import Outing, Visit


def plan(visit: Visit, reference: str, at: datetime) -> None:
    """Expect somebody to leave for a visit that is booked, where anybody leaves for it at all."""
    if goes_out(visit):
        alarms.await_the_beginning(_kept(visit), reference, at)


def locked(visit: Visit) -> Outing | None:
    """The going out to a visit, locked. One booked before there were any gets its own here."""
    held = Outing.objects.select_for_update(of=("self",))
    found = held.filter(pk=visit.pk).first()
    return found if found or not goes_out(visit) else _kept(visit)


def never_began(visit: Visit, at: datetime) -> None:
    """Expect nobody any more to leave for a visit that has ended, or is cancelled.

    Whoever is out already stays expected until they check out.
    """
    outing = locked(visit)
    if outing is None or outing.began_at or outing.ended_at:
        return
    outing.ended_at, outing.ended_how = at, EndedHow.CALLED_OFF
    outing.save(update_fields=["ended_at", "ended_how"])
    alarms.settle(outing, at=at)


def refuse_while_out(visit: Visit) -> None:
    """Stop what would take a visit away from under those who are out on it.

    :raises MoveNotAllowed: while they are.
    """
    outing = locked(visit)
    if outing is not None and outing.is_under_way:
        raise MoveNotAllowed("Somebody is out on this visit. Check out first.")


def _kept(visit: Visit) -> Outing:
    return Outing.objects.create(
        visit=visit,
        agency_id=visit.agency_id,
        adviser_id=visit.adviser_id,
        second_worker_id=visit.second_worker_id,
        starts_at=visit.during.lower,
    )
