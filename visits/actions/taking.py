"""Taking a follow-up."""

from accounts.models import Membership
from referrals import actions as referring
from referrals.models import Referral


def take(reference: str, *, by: Membership) -> Referral:
    """Accept for the agency and make it one's own, in one transaction; its clock goes on."""
    return referring.accept(reference, by=by)
