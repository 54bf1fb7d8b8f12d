"""Keeping workers safe: the check before a visit, leaving, being late, coming back, breaking off.

Every act may come twice, from a phone in bad signal, and does its work once. Whether the word that
came with it was an ordinary one cannot be told from outside: both ways do the same things.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.contact import VisitOutcome
from directory.lone_working import CallOffReason, EndedHow
from notices.clock import database_now
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits import alarms, outings
from visits.actions.ending import end_visit
from visits.duress import is_duress
from visits.lone_working import (
    EXTENSIONS,
    LEAVES_AT_MOST_BEFORE,
    expected_end,
    why_not_begin,
)
from visits.models import Outing, SafetyEvent, Visit, VisitCheck
from visits.models.safety import MOST_EXTENSIONS

Kind = SafetyEvent.Kind
CHANGING: Final = [
    "buddy",
    "began_at",
    "expected_end_at",
    "extensions",
    "ended_at",
    "ended_how",
    "duress_at",
    "duress_answered_at",
]
"""What may change of a going out; the rest is the booking's."""


class Going(NamedTuple):
    """A going out in hand, locked: whose referral, by whom it is acted on, and when."""

    outing: Outing
    visit: Visit
    reference: str
    by: Membership
    at: datetime


class CheckNeeded(MoveNotAllowed):
    """The check before the visit is missing, too old, or says not to go."""


@contextmanager
def going(action: str, reference: str, *, by: Membership) -> Iterator[Going]:
    """Lock the going out that a referral's visit belongs to: the one under way, else the newest.

    :raises Referral.DoesNotExist: if there is none, or it is another agency's.
    :raises MoveNotAllowed: if nobody goes out for it.
    """
    with unit_of_work(by.context):
        record(f"safety.{action}", about=("referral", reference))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        referral = Referral.objects.received_by(by).get(reference=reference)
        visits = Visit.objects.filter(follow_up__referral=referral, agency=by.agency_id)
        standing = visits.exclude(status=Visit.Status.CANCELLED)
        under_way = standing.filter(outing__began_at__isnull=False, outing__ended_at=None)
        visit = under_way.first() or standing.order_by("-during").first()
        outing = outings.locked(visit) if visit else None
        if visit is None or outing is None:
            raise MoveNotAllowed("Nobody is booked to go out for this.")
        yield Going(outing, visit, reference, by, database_now())


@contextmanager
def _going_oneself(action: str, reference: str, *, by: Membership) -> Iterator[Going]:
    with going(action, reference, by=by) as trip:
        if not trip.outing.is_by(by):
            raise PermissionDenied
        yield trip


def begin(reference: str, *, by: Membership) -> Outing:
    """Leave for the visit: from now on the buddy waits, and the ladder is owed.

    :raises CheckNeeded: if there is no check that lets it begin now.
    :raises MoveNotAllowed: if it is over, or hours too early.
    """
    with _going_oneself("begin", reference, by=by) as trip:
        outing, visit, at = trip.outing, trip.visit, trip.at
        if outing.began_at:
            return outing
        if at < outing.starts_at - LEAVES_AT_MOST_BEFORE:
            raise MoveNotAllowed("It is too early to leave for this visit.")
        if sentence := why_not_begin(newest_check(visit), visit, at):
            raise CheckNeeded(sentence)
        if visit.status != Visit.Status.BOOKED or outing.ended_at:
            raise MoveNotAllowed("This visit is over.")
        outing.began_at, outing.expected_end_at = at, expected_end(visit, at)
        _move(trip, Kind.BEGAN, said=alarms.BEGAN, called=False)
    return outing


def extend(
    reference: str, minutes: int, *, until: datetime, by: Membership, word: str = ""
) -> Outing:
    """Be expected later than ``until``, which the page showed: a second tap finds it moved.

    Where it was put off too often nothing changes, and nothing is raised: a refusal would undo
    the call for help that the word may have been.

    :raises NotWellFormed: for minutes that are not offered.
    """
    if minutes not in EXTENSIONS:
        raise NotWellFormed("minutes", "Choose how much longer.")
    with _going_oneself("extend", reference, by=by) as trip:
        outing, called = trip.outing, is_duress(word, by=by)
        is_first = outing.is_under_way and outing.expected_end_at == until
        if is_first and outing.extensions < MOST_EXTENSIONS:
            outing.extensions += 1
            outing.expected_end_at = max(until, trip.at) + timedelta(minutes=minutes)
            _move(trip, Kind.EXTENDED, said=alarms.EXTENDED, called=called)
        elif called:
            _call_for_help(trip)
    return outing


def come_back(reference: str, *, by: Membership, word: str = "") -> Outing:
    """Check out: the ladder is needless, and the buddy is told. Twice is once."""
    with _going_oneself("come_back", reference, by=by) as trip:
        _end(trip, EndedHow.BACK, called=is_duress(word, by=by))
    return trip.outing


def abort(reference: str, *, by: Membership, word: str = "") -> Outing:
    """Break the visit off: it ends so, the duty goes on, and the buddy and managers are told."""
    with _going_oneself("abort", reference, by=by) as trip:
        _end(trip, EndedHow.ABORTED, called=is_duress(word, by=by))
        if trip.outing.ended_how == EndedHow.ABORTED:
            end_visit(trip.visit, VisitOutcome.ABORTED, at=trip.at)
    return trip.outing


def call_off(reference: str, reason: str, *, by: Membership) -> Outing:
    """Say that one does not go: nobody waits for it. Whoever goes may always refuse to.

    :raises ReasonMissing: without a reason that is on the list.
    :raises MoveNotAllowed: if they are out already.
    """
    if reason not in CallOffReason.values:
        raise ReasonMissing("Choose why you are not going.")
    with _going_oneself("call_off", reference, by=by) as trip:
        outing = trip.outing
        if outing.began_at:
            raise MoveNotAllowed("You have left already. Check out, or break the visit off.")
        if outing.ended_at is None:
            outing.ended_at, outing.ended_how = trip.at, EndedHow.CALLED_OFF
            keep(trip, Kind.CALLED_OFF, reason=reason)
            alarms.settle(outing, at=trip.at)
    return outing


def newest_check(visit: Visit) -> VisitCheck | None:
    """What was judged last before a visit."""
    return visit.checks.order_by("-at", "-id").first()


def keep(trip: Going, *kinds: str, **about: str) -> None:
    """Keep the going out as it is now, and what happened to it."""
    trip.outing.save(update_fields=CHANGING)
    SafetyEvent.objects.bulk_create(
        [
            SafetyEvent(
                visit=trip.visit,
                agency_id=trip.outing.agency_id,
                by=trip.by,
                kind=kind,
                at=trip.at,
                expected_end_at=trip.outing.expected_end_at,
                **about,
            )
            for kind in kinds
        ]
    )


def _end(trip: Going, how: EndedHow, *, called: bool) -> None:
    if trip.outing.is_under_way:
        trip.outing.ended_at, trip.outing.ended_how = trip.at, how
        kind, said = _ENDS[how]
        _move(trip, kind, said=said, called=called)
    elif called:
        _call_for_help(trip)


def _move(trip: Going, kind: str, *, said: str, called: bool) -> None:
    """Keep a change, owe the ladder anew, and tell the buddy of it; or, in the place of that and
    in as many steps, that they call for help.
    """
    if called:
        _in_danger(trip)
    keep(trip, kind, *([Kind.DURESS] if called else []))
    alarms.settle(trip.outing, at=trip.at)
    if trip.outing.is_under_way:
        alarms.await_the_end(trip.outing, trip.reference)
    alarms.tell(trip.outing, alarms.DURESS if called else said, trip.reference, at=trip.at)


def _call_for_help(trip: Going) -> None:
    """Raise the alarm although nothing else changes; once until somebody has answered it."""
    if trip.outing.duress_at is None or trip.outing.duress_answered_at is not None:
        _in_danger(trip)
        keep(trip, Kind.DURESS)
        alarms.tell(trip.outing, alarms.DURESS, trip.reference, at=trip.at)


def _in_danger(trip: Going) -> None:
    trip.outing.duress_at, trip.outing.duress_answered_at = trip.at, None


_ENDS: Final = {
    EndedHow.BACK: (Kind.BACK, alarms.BACK),
    EndedHow.ABORTED: (Kind.ABORTED, alarms.ABORTED),
}
