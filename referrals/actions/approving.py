"""The second person behind an emergency."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from referrals import consent as ledger
from referrals.actions._making_a_move import lock_case
from referrals.errors import MoveNotAllowed
from referrals.models import ConsentEntry, Referral
from tenancy.work import unit_of_work


def approve_override(reference: str, *, by: Membership) -> ConsentEntry:
    """Stand behind sharing without agreement, so that it does not close by itself.

    :raises PermissionDenied: for the person who shared, or without the right to approve.
    :raises MoveNotAllowed: if there is nothing to approve, or it is too late.
    """
    with unit_of_work(by.context):
        record("consent.approve", about=("referral", reference))
        lock_case(reference)  # an acceptance now in hand reads the line before or after, not both
        referral = Referral.objects.visible_to(by).get(reference=reference)
        entry = ledger.newest_line(referral.case_id, referral.receiving_agency_id)
        if not by.has(Permission.APPROVE) or entry is None or entry.taken_by_id == by.pk:
            raise PermissionDenied
        if entry.taken_by_agency_id != by.agency_id:
            raise PermissionDenied
        record_for_both(referral.receiving_agency_id)
        return _approved(entry, by, timezone.now())


def _approved(entry: ConsentEntry, by: Membership, at: datetime) -> ConsentEntry:
    if not entry.ground or entry.approved_by_id or not ledger.allows(entry, at=at):
        raise MoveNotAllowed("There is nothing to approve here, or its time has passed.")
    approved = entry.again(approved_by_id=by.pk, taken_at=at)
    approved.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_stay_open(%s, %s)", [entry.pk, approved.pk])
    return approved
