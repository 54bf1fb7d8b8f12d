"""Taking a referral back."""

from accounts.models import Membership
from directory.reasons import WithdrawalReason
from referrals.actions._making_a_move import making
from referrals.actions.consenting import enter_withdrawal
from referrals.errors import AccessEnded, ReasonMissing
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.passing import end_access, is_with


def withdraw(reference: str, *, by: Membership, reason: str) -> Referral:
    """Take a referral back. What the receiver could open through it, it opens no longer.

    If she withdrew her agreement, that enters the ledger, and the receiver's access ends whoever
    else has referred her there.

    :raises ReasonMissing: without a reason from the list.
    :raises AccessEnded: if it was accepted, and the agency no longer works on the case itself.
    """
    if reason not in WithdrawalReason.values:
        raise ReasonMissing("Choose why you are withdrawing this referral.")
    with making(Move.WITHDRAW, reference, by=by, reason=reason) as (referral, case, at):
        referral.withdrawal_reason = reason
        she_withdrew = reason == WithdrawalReason.CONSENT_WITHDRAWN
        if she_withdrew:
            enter_withdrawal(referral, by=by, at=at)
        if referral.status == Status.ACCEPTED:
            if case is None:
                raise AccessEnded("Your agency no longer works on this case. Ask who leads it.")
            receiver = referral.receiving_agency_id
            if she_withdrew or not is_with(case, receiver, but=referral):
                end_access(case, receiver, at=at)
    return referral
