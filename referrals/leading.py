"""Which agency answers for a case."""

from accounts.models import Membership
from referrals.models import Case, Referral


def leads(member: Membership, referral: Referral) -> bool:
    """Whether a member's agency does. Asked of the database, for one that closed its own work may
    see its referral, but not the case any more."""
    return Case.objects.filter(pk=referral.case_id, lead_agency=member.agency_id).exists()
