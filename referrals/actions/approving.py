"""The second person behind an emergency."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from referrals import consent as ledger
from referrals.errors import MoveNotAllowed
from referrals.models import ConsentEntry, Grant, Referral
from tenancy.work import unit_of_work


def approve_override(reference: str, *, by: Membership) -> ConsentEntry:
    """Stand behind sharing without agreement, so that it does not close by itself.

    :raises PermissionDenied: for the person who shared, or without the right to approve.
    :raises MoveNotAllowed: if there is nothing to approve, or it is too late.
    """
    with unit_of_work(by.context):
        record("consent.approve", about=("referral", reference))
        referral = Referral.objects.visible_to(by).get(reference=reference)
        entries = ConsentEntry.objects.filter(
            case_id=referral.case_id, recipient_id=referral.receiving_agency_id
        )
        entry = entries.order_by("-taken_at", "-id").first()
        if not by.has(Permission.APPROVE) or entry is None or entry.taken_by_id == by.pk:
            raise PermissionDenied
        if entry.taken_by_agency_id != by.agency_id:
            raise PermissionDenied
        record_for_both(referral.receiving_agency_id)
        return _approved(entry, by, timezone.now())


def _approved(entry: ConsentEntry, by: Membership, at: datetime) -> ConsentEntry:
    if not entry.ground or entry.approved_by_id or not ledger.allows(entry, at=at):
        raise MoveNotAllowed("There is nothing to approve here, or its time has passed.")
    before = entry.pk
    entry.pk, entry._state.adding = None, True
    entry.pk = ConsentEntry._meta.pk.get_default()
    entry.approved_by, entry.taken_at = by, at
    entry.save(force_insert=True)
    grants = Grant.objects.filter(consent_id=before, revoked_at=None)
    grants.update(consent=entry, expires_at=entry.expires_at)
    return entry
