"""Taking a referral back."""

from accounts.models import Membership
from directory.reasons import WithdrawalReason
from referrals.actions._making_a_move import making
from referrals.errors import ReasonMissing
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.passing import end_access


def withdraw(reference: str, *, by: Membership, reason: str) -> Referral:
    """Take a referral back. What the receiver could open, it opens no longer.

    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in WithdrawalReason.values:
        raise ReasonMissing("Choose why you are withdrawing this referral.")
    with making(Move.WITHDRAW, reference, by=by, reason=reason) as (referral, case, at):
        referral.withdrawal_reason = reason
        if referral.status == Status.ACCEPTED and case is not None:
            end_access(case, referral.receiving_agency_id, at=at)
    return referral
