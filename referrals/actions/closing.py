"""Ending the work on a referral."""

from accounts.models import Membership
from directory.reasons import ClosureReason
from referrals.actions._making_a_move import making
from referrals.errors import ReasonMissing
from referrals.lifecycle import Move
from referrals.models import Case, Referral
from referrals.passing import is_with, stop_adding


def close(reference: str, *, by: Membership, reason: str) -> Referral:
    """End the agency's work. It keeps what it had; it gets nothing that is written later.

    When the agency that leads the case closes, the case is closed; it goes on answering for it,
    and can still take back what it referred on.

    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in ClosureReason.values:
        raise ReasonMissing("Choose why you are closing this referral.")
    with making(Move.CLOSE, reference, by=by, reason=reason) as (referral, case, at):
        referral.closure_reason = reason
        referral.closed_at = at
        if case is None or is_with(case, by.agency_id, but=referral):
            return referral
        if case.lead_agency_id == by.agency_id:
            case.status = Case.Status.CLOSED
            case.save(update_fields=["status"])
        else:
            stop_adding(case, by.agency_id)
    return referral
