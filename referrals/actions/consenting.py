"""What she says later."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record, record_for_both
from notices.outbox import owe
from referrals import consent as ledger
from referrals import policy
from referrals.actions._making_a_move import lock_case, told_on
from referrals.lifecycle import Side, Status
from referrals.models import ConsentEntry, Referral
from referrals.passing import end_access
from tenancy.work import unit_of_work


def withdraw_consent(reference: str, *, by: Membership) -> ConsentEntry:
    """Record that she withdraws her agreement to what a referral passed on; its access ends now.

    ``reference`` is that of the referral she agreed to. What was read cannot be unread.

    :raises PermissionDenied: if they may not work on the case.
    :raises ConsentMissing: if nothing was agreed, or it has ended already.
    """
    with unit_of_work(by.context):
        record("consent.withdraw", about=("referral", reference))
        case = lock_case(reference)
        referral = Referral.objects.visible_to(by).get(reference=reference)
        if case is None or not policy.may_open(by, referral):
            raise PermissionDenied
        at = timezone.now()
        given = ledger.permitted(case.pk, referral.receiving_agency_id, at=at)
        entry = ledger.withdrawn(given, by=by, at=at)
        if referral.status in {Status.ACCEPTED, Status.CLOSED}:
            end_access(case, referral.receiving_agency_id, at=at)
        if referral.side_of(by.agency_id) is Side.REFERRING:
            told = told_on(referral, Side.RECEIVING)
            owe(told, kind="consent.withdrawn", reference=reference, dedupe=str(entry.pk))
        record_for_both(referral.receiving_agency_id)
        return entry


def enter_withdrawal(referral: Referral, *, by: Membership, at: datetime) -> None:
    """Enter her withdrawal in the ledger, unless it says so already."""
    given = ledger.newest_line(referral.case_id, referral.receiving_agency_id)
    if given is not None and ledger.allows(given, at=at):
        ledger.withdrawn(given, by=by, at=at)
