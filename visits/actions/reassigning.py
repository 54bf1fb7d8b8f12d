"""Giving a follow-up to somebody else of the same agency."""

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Permission
from notices.outbox import owe
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.models import Referral
from visits.actions._following_up import following
from visits.models import FollowUp


def reassign(reference: str, *, to: Membership, by: Membership) -> FollowUp:
    """Make a follow-up somebody else's, and tell them. Whom the ladder wakes from now on is theirs.

    A rung that fires at the same moment has woken whoever it was then; it fires once.

    :raises NotWellFormed: for somebody who does not visit for this agency.
    :raises MoveNotAllowed: if it is theirs already.
    """
    with following("reassign", reference, by=by) as follow:
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        if to.agency_id != by.agency_id or not to.has(Permission.VISIT):
            raise NotWellFormed("to", "Choose somebody who visits for your agency.")
        if follow.referral.assigned_to_id == to.pk:
            raise MoveNotAllowed("It is theirs already.")
        Referral.objects.filter(pk=follow.referral.pk).update(assigned_to=to)
        event = f"{follow.follow_up.pk}:reassigned:{int(follow.at.timestamp() * 1_000_000)}"
        owe([to], kind="follow_up.reassigned", reference=reference, dedupe=event)
        return follow.follow_up
