"""Answering an alarm: what was found is kept, and what is not over wakes somebody again."""

from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from directory.lone_working import EndedHow, Finding
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from visits import alarms
from visits.actions.keeping_safe import Going, going, keep
from visits.lone_working import ALARMS, LOOK_AGAIN_AFTER, State, fits, state_of
from visits.models import Outing, SafetyEvent

SAME_TAP: Final = timedelta(minutes=1)


def answer(reference: str, finding: str, *, by: Membership) -> Outing:
    """Say what was found, or what is being done. Only finding them safe ends an alarm.

    :raises ReasonMissing: for a finding that is not on the list.
    :raises PermissionDenied: for those who are out: they answer by checking out.
    :raises MoveNotAllowed: if there is no alarm.
    """
    if finding not in Finding.values:
        raise ReasonMissing("Choose what you have found.")
    with going("answer", reference, by=by) as trip:
        if trip.outing.is_by(by):
            raise PermissionDenied
        state = state_of(trip.outing, trip.at, to=by)
        if _is_said_already(trip, finding):
            return trip.outing
        if state not in ALARMS:
            raise MoveNotAllowed("There is no alarm here now.")
        if not fits(finding, state):
            raise NotWellFormed("finding", "That cannot be so here: choose another answer.")
        _FOLLOWS.get(Finding(finding), _look_again)(trip, state)
        keep(trip, SafetyEvent.Kind.ANSWERED, finding=finding)
    return trip.outing


def _is_said_already(trip: Going, finding: str) -> bool:
    """A second tap of the same answer."""
    newest = trip.visit.safety_events.order_by("-at", "-id").first()
    said = newest is not None and (newest.finding, newest.by_id) == (finding, trip.by.pk)
    return said and newest is not None and trip.at - newest.at < SAME_TAP


def _found_safe(trip: Going, state: State) -> None:
    outing = trip.outing
    if outing.ended_at is None:
        outing.ended_at, outing.ended_how = trip.at, EndedHow.FOUND_SAFE
    if state is State.DURESS:
        outing.duress_answered_at = trip.at
    alarms.settle(outing, at=trip.at)


def _not_going(trip: Going, state: State) -> None:
    trip.outing.ended_at, trip.outing.ended_how = trip.at, EndedHow.CALLED_OFF
    alarms.settle(trip.outing, at=trip.at)


def _still_out(trip: Going, state: State) -> None:
    """Expect them half an hour later; whoever never said that they left, to say so by then."""
    outing = trip.outing
    alarms.settle(outing, at=trip.at)
    if state is State.NOT_STARTED:
        alarms.await_the_beginning(outing, trip.reference, trip.at + LOOK_AGAIN_AFTER / 2)
        return
    outing.expected_end_at = trip.at + LOOK_AGAIN_AFTER
    alarms.await_the_end(outing, trip.reference)


def _look_again(trip: Going, state: State) -> None:
    alarms.settle(trip.outing, at=trip.at)
    alarms.look_again(trip.outing, trip.reference, trip.at + LOOK_AGAIN_AFTER)


_FOLLOWS: Final = {
    Finding.BACK_SAFE: _found_safe,
    Finding.NOT_GOING: _not_going,
    Finding.STILL_OUT: _still_out,
}
