"""The inbox: what a member is shown of what they are owed."""

from django.db.models.functions import Now

from accounts.models import Membership
from notices.models import Notice


def mark_seen(member: Membership, *, reference: str = "") -> int:
    """Note that a member has looked: at all of theirs, or at those on one referral; how many."""
    unseen = Notice.objects.of(member).unseen()
    if reference:
        unseen = unseen.filter(reference=reference)
    return unseen.order_by().update(seen_at=Now())
