"""Joining two cases of one person, and parting them when they are two people's.

Nothing moves: keys, grants, records and clocks stay with the case they are of, so that nobody can
open more than they could, and nothing has to be taken apart again.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import JoinReason, PartReason
from referrals.actions._making_a_move import lock_case
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.lifecycle import Side
from referrals.models import Case, JoinedCase, Referral
from tenancy.work import unit_of_work


def join_cases(reference: str, other: str, *, by: Membership, reason: str) -> JoinedCase:
    """Say that the cases of two referrals are about one person.

    Conflicts of interest unite: whoever must not know of one knows of neither. Contact held in one
    is held in both.

    :raises Referral.DoesNotExist: for a reference that ``by`` may not know of.
    :raises PermissionDenied: unless they answer for the work of the agency that leads both.
    :raises ReasonMissing: without a reason from the list.
    :raises NotWellFormed: for a case with itself.
    :raises MoveNotAllowed: if they are joined already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("case.join", about=("referral", reference), reason=reason)
        record("case.join", about=("referral", other), reason=reason)
        first, second = _led(reference, other, by)
        if reason not in JoinReason.values:
            raise ReasonMissing("Choose how you know.")
        if joinings_of(first.pk, by).filter(Q(first=second) | Q(second=second)).exists():
            raise MoveNotAllowed("They are joined already.")
        return JoinedCase.objects.create(
            agency_id=by.agency_id,
            first=first,
            second=second,
            reason=reason,
            joined_by=by,
            joined_at=at,
        )


def part_cases(reference: str, other: str, *, by: Membership, reason: str) -> JoinedCase:
    """Say that they are not. Whoever was kept out of one for the other's sake is kept out of it no
    more; contact stays held until somebody has asked.

    :raises Referral.DoesNotExist: for a reference that ``by`` may not know of.
    :raises PermissionDenied: unless they answer for the work of the agency that leads both.
    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if they are not joined.
    """
    with unit_of_work(by.context):
        record("case.part", about=("referral", reference), reason=reason)
        record("case.part", about=("referral", other), reason=reason)
        first, second = _led(reference, other, by)
        if reason not in PartReason.values:
            raise ReasonMissing("Choose why they are not one person’s.")
        joined = JoinedCase.objects.filter(first=first, second=second, parted_at=None)
        found = joined.select_for_update(of=("self",)).first()
        if found is None:
            raise MoveNotAllowed("They are not joined.")
        found.parted_by, found.parted_at, found.part_reason = by, timezone.now(), reason
        found.save(update_fields=["parted_by", "parted_at", "part_reason"])
        return found


def joinings_of(case_id: UUID, by: Membership) -> QuerySet[JoinedCase]:
    """What a case is joined with, for the agency that leads it."""
    joined = JoinedCase.objects.filter(agency=by.agency_id, parted_at=None)
    return joined.filter(Q(first=case_id) | Q(second=case_id))


def joined_with(case_id: UUID, by: Membership) -> set[UUID]:
    """The cases that a case is joined with, for the agency that leads it."""
    pairs = joinings_of(case_id, by).values_list("first", "second")
    return {each for pair in pairs for each in pair} - {case_id}


def joined_referrals(case_id: UUID, by: Membership) -> list[Referral]:
    """The referrals that brought what a case is joined with, newest first."""
    known = Referral.objects.received_by(by).filter(case__in=joined_with(case_id, by))
    return list(known.order_by("-created_at", "-id"))


def _led(reference: str, other: str, by: Membership) -> tuple[Case, Case]:
    """Both cases in the order of their ids, locked in it."""
    found = {each: _known(each, by) for each in (reference, other)}
    if len({each.case_id for each in found.values()}) == 1:
        raise NotWellFormed("other", "Enter the reference of another case.")
    ordered = sorted(found.values(), key=lambda each: each.case_id)
    cases = [lock_case(each.reference) for each in ordered]
    first, second = cases
    if first is None or second is None or not by.has(Permission.MANAGE):
        raise PermissionDenied
    if {first.lead_agency_id, second.lead_agency_id} != {by.agency_id}:
        raise PermissionDenied
    return first, second


def _known(reference: str, by: Membership) -> Referral:
    referral = Referral.objects.visible_to(by).get(reference=reference)
    if referral.side_of(by.agency_id) is not Side.RECEIVING:
        raise PermissionDenied
    return referral
