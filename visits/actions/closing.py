"""Closing a referral that a follow-up belongs to."""

from accounts.models import Membership
from referrals import actions as referring
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.actions.explaining import refuse_to_end
from visits.models import FollowUp


def close(reference: str, *, by: Membership, reason: str) -> Referral:
    """End the agency's work on a referral, once all is said that has to be said of its clocks.

    :raises MoveNotAllowed: if they are paused, or one was missed and nobody has said why.
    """
    with unit_of_work(by.context):
        referral = referring.close(reference, by=by, reason=reason)
        owed = FollowUp.objects.visible_to(by).select_related("referral")
        follow_up = owed.filter(referral=referral, ended_at=None).first()
        if follow_up is not None and referral.closed_at is not None:
            refuse_to_end(follow_up, referral.closed_at)
        return referral
