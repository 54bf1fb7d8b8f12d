"""Making a referral of what a system sent: one at a time, or as a row of many."""

from typing import Any

from accounts.models import AgencyKind, Membership
from api.referrals.serializers import ReferralIn
from referrals.errors import NotWellFormed
from referrals.models import Referral
from visits.actions import draft_after_visit, refer_after_visit


def make(given: dict[str, Any], *, by: Membership) -> Referral:
    """Refer after a police visit, or keep a draft; ``given`` is a valid ``ReferralIn``.

    :raises NotWellFormed: unless the police refer, and say when the visit ended.
    :raises ReferralError: for whatever keeps it from being sent; nothing is saved.
    """
    if by.agency.kind != AgencyKind.POLICE:
        raise NotWellFormed("visit_ended_at", "Only the police refer after a police visit.")
    if given["visit_ended_at"] is None:
        raise NotWellFormed("visit_ended_at", "Say when the police visit ended.")
    begin = draft_after_visit if given["draft"] else refer_after_visit
    return begin(
        ReferralIn.case_details(given),
        ReferralIn.consent_details(given),
        by=by,
        visit_ended_at=given["visit_ended_at"],
        on_behalf_of=given["on_behalf_of"],
    )
