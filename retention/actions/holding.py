"""Holding a case, so that nobody lets go of it, and lifting a hold."""

from datetime import date
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.retention import HoldKind
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from retention.models import Hold
from retention.reading import copy_to_hold, holds
from tenancy.work import unit_of_work

LONGEST_DAYS: Final = 366
"""Until it is looked at again whether a hold still stands."""


def place_hold(reference: str, kind: str, *, by: Membership, review_on: date) -> Hold:
    """Keep a case whatever its time, for every agency. ``reference`` is what one's own calls it.

    :raises Grant.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for all but those who answer for the agency's work.
    :raises ReasonMissing: for a kind that is not on the list.
    :raises NotWellFormed: unless it is looked at again within a year.
    :raises MoveNotAllowed: if the agency holds it for that already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("retention.hold", about=("case_reference", reference), reason=kind)
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        copy = copy_to_hold(reference)
        if kind not in HoldKind.values:
            raise ReasonMissing("Choose what it is held for.")
        if not 0 < (review_on - timezone.localdate(at)).days <= LONGEST_DAYS:
            raise NotWellFormed("review_on", "Choose a day within the next year.")
        if holds(by).filter(case_id=copy.case_id, kind=kind).exists():
            raise MoveNotAllowed("Your agency holds it for that already.")
        return Hold.objects.create(
            case_id=copy.case_id,
            agency_id=by.agency_id,
            reference=reference,
            kind=kind,
            placed_by=by,
            placed_at=at,
            review_on=review_on,
        )


def lift_hold(pk: UUID, *, by: Membership) -> Hold:
    """Let go of a hold of one's agency. Its case goes no sooner for it than its time is up.

    :raises Hold.DoesNotExist: if there is none, it is lifted, or ``by`` may not know of the case.
    :raises PermissionDenied: for all but those who answer for the agency's work.
    """
    with unit_of_work(by.context):
        hold = holds(by).select_for_update(of=("self",)).get(pk=pk)
        record("retention.lift", about=("case_reference", hold.reference), reason=hold.kind)
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        hold.lifted_by, hold.lifted_at = by, timezone.now()
        hold.save(update_fields=["lifted_by", "lifted_at"])
        return hold
