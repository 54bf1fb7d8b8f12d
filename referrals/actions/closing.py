"""Ending the work on a referral."""

from accounts.models import Membership
from directory.reasons import ClosureReason
from referrals.actions._making_a_move import making
from referrals.errors import ReasonMissing
from referrals.lifecycle import Move
from referrals.models import Case, Grant, Referral
from referrals.passing import start_epoch


def close(reference: str, *, by: Membership, reason: str) -> Referral:
    """End the agency's work. It keeps what it had; it gets nothing that is written later.

    When the agency that leads the case closes, the case is closed.

    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in ClosureReason.values:
        raise ReasonMissing("Choose why you are closing this referral.")
    with making(Move.CLOSE, reference, by=by, reason=reason) as (referral, case, at):
        referral.closure_reason = reason
        referral.closed_at = at
        if case is not None and case.lead_agency_id == by.agency_id:
            case.status = Case.Status.CLOSED
        elif case is not None:
            grants = Grant.objects.filter(case=case, agency=by.agency_id, revoked_at=None)
            grants.update(last_epoch=case.epoch)
            start_epoch(case)
    return referral
