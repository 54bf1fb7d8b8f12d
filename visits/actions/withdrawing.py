"""Her agreement withdrawn: what the doors call, because somebody may be booked to go there."""

from accounts.models import Membership
from referrals import actions as referring
from referrals.models import ConsentEntry, Referral
from tenancy.work import unit_of_work
from visits.standing_down import end_without_access


def withdraw_consent(reference: str, *, by: Membership) -> ConsentEntry:
    """Record that she withdraws her agreement; who lost access goes on no visit of hers.

    :raises PermissionDenied: if they may not work on the case.
    :raises ConsentMissing: if nothing was agreed, or it has ended already.
    """
    with unit_of_work(by.context):
        entry = referring.withdraw_consent(reference, by=by)
        end_without_access(entry.case_id, at=entry.taken_at)
        return entry


def withdraw(reference: str, *, by: Membership, reason: str) -> Referral:
    """Take a referral back; who lost access by it goes on no visit.

    :raises ReasonMissing: without a reason from the list.
    """
    with unit_of_work(by.context):
        referral = referring.withdraw(reference, by=by, reason=reason)
        end_without_access(referral.case_id)
        return referral
