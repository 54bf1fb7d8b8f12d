"""The one place where a referral changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from events.kinds import OF_MOVES
from events.outbox import tell_systems
from notices.outbox import owe
from referrals import policy
from referrals.conflicts import free_of_conflict
from referrals.lifecycle import STEPS, Move, Side, target_of
from referrals.models import Case, Referral, ReferralEvent
from referrals.renewing import settle
from tenancy.work import unit_of_work


class Making(NamedTuple):
    """A move in the making: the locked rows, and the one moment it happens at.

    ``case`` is None for an agency that no longer works on it.
    """

    referral: Referral
    case: Case | None
    at: datetime


@contextmanager
def making(move: Move, reference: str, *, by: Membership, reason: str = "") -> Iterator[Making]:
    """Every move, start to finish: lock, see, may, legal; then save, record, tell.

    The body sets what is particular to the move on the locked referral it is given. Locks are
    taken case first, then referral, by everybody.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to make this move.
    :raises MoveNotAllowed: if the referral is past it, or not there yet.
    """
    with unit_of_work(by.context):
        record(f"referral.{move}", about=("referral", reference), reason=reason)
        case = lock_case(reference)
        visible = Referral.objects.visible_to(by).select_related(
            "referring_agency", "receiving_agency", "service"
        )
        referral = visible.select_for_update(of=("self",)).get(reference=reference)
        if not policy.may(by, move, referral):
            raise PermissionDenied
        target = target_of(move, referral.status)
        made = Making(referral, case, timezone.now())
        yield made
        referral.status = target
        referral.save()
        finish(move, made, by=by, reason=reason)
        if move is not Move.DISCARD:
            record_for_both(referral.agency_on(STEPS[move].side.other))


def lock_case(reference: str) -> Case | None:
    """The case of a referral, locked; None for an agency that does not work on it.

    An access that the clock ended is cleaned up first, so that nothing is written under a key
    that the agency it ended for has had.
    """
    owes = Func(F("pk"), function="referrals_owes_keys", output_field=BooleanField())
    cases = Case.objects.select_for_update(of=("self",)).annotate(owes_keys=owes)
    case = cases.filter(referrals__reference=reference).first()
    if case is not None and case.owes_keys:
        settle(case)
    return case


def finish(move: Move, made: Making, *, by: Membership, reason: str = "") -> None:
    """What every move leaves behind: its line in the timeline, the case's activity, notices."""
    referral, case, at = made
    event = ReferralEvent.objects.create(referral=referral, move=move, by=by, at=at, reason=reason)
    if case is not None and case.last_activity_at != at:
        Case.objects.filter(pk=case.pk).update(last_activity_at=at)  # no row once it is not theirs
    told, reference = _told_of(move, referral), referral.reference
    owe(told, kind=f"referral.{move}", reference=reference, dedupe=str(event.pk))
    if kind := OF_MOVES.get(move.value):
        tell_systems(_agencies(referral), kind, reference=reference, at=at)


def _agencies(referral: Referral) -> set[int]:
    return {referral.referring_agency_id, referral.receiving_agency_id}


def _told_of(move: Move, referral: Referral) -> list[Membership]:
    """Who on the other side is told. A draft is nobody's business but its author's."""
    if move is Move.DISCARD:
        return []
    return told_on(referral, STEPS[move].side.other)


def told_on(referral: Referral, side: Side) -> list[Membership]:
    """Whoever has the referral on a side; where they have left, those who see to it there.

    For whom the case does not exist, there is nothing to be told: somebody else is.
    """
    is_theirs = side is Side.REFERRING
    has_it: int | None = referral.sent_by_id if is_theirs else referral.assigned_to_id
    needed = Permission.MANAGE if is_theirs else Permission.DECIDE
    return _there(has_it, referral) or holding(needed, referral.agency_on(side), referral)


def _there(person: int | None, referral: Referral) -> list[Membership]:
    if person is None:
        return []
    them = Membership.objects.current().select_related("agency").filter(pk=person)
    return list(free_of_conflict(them, referral.case_id))


def holding(permission: Permission, agency_id: int, referral: Referral) -> list[Membership]:
    """The people of an agency who may do something, and for whom the referral's case exists."""
    people = Membership.objects.holding(permission).filter(agency=agency_id, user__isnull=False)
    return list(free_of_conflict(people, referral.case_id))
