"""What she says later."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record, record_for_both
from directory.sharing import ConsentAnswer
from referrals import consent as ledger
from referrals import policy
from referrals.models import Case, ConsentEntry, Grant, Referral
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
        case = Case.objects.select_for_update().filter(referrals__reference=reference).first()
        referral = Referral.objects.visible_to(by).get(reference=reference)
        recipient = referral.receiving_agency_id
        if case is None or not policy.may_open(by, referral):
            raise PermissionDenied
        at = timezone.now()
        given = ledger.permitted(case.pk, recipient, at=at)
        entry = _withdrawal_of(given, by)
        entry.taken_at = at
        entry.save(force_insert=True)
        if Grant.objects.filter(case=case, agency=recipient, revoked_at=None).exists():
            end_access(case, recipient, at=at)
        record_for_both(recipient)
        return entry


def _withdrawal_of(given: ConsentEntry, by: Membership) -> ConsentEntry:
    return ConsentEntry(
        case_id=given.case_id,
        recipient_id=given.recipient_id,
        purpose=given.purpose,
        compartments=given.compartments,
        answer=ConsentAnswer.REFUSED,
        capacity=given.capacity,
        basis=given.basis,
        condition=given.condition,
        taken_by=by,
        taken_by_agency_id=by.agency_id,
        withdraws=given,
    )
