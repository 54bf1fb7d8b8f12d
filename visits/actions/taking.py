"""Taking a follow-up, and saying that one is on it."""

from django.db import connection

from accounts.models import Membership
from referrals import actions as referring
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.actions._following_up import following
from visits.models import FollowUp


def take(reference: str, *, by: Membership) -> Referral:
    """Accept for the agency and make it one's own, in one transaction; its clock goes on."""
    with unit_of_work(by.context):
        referral = referring.accept(reference, by=by)
        FollowUp.objects.filter(referral=referral).update(acted_at=referral.answered_at)
        if referral.parent_id and referral.visit_ended_at:
            _end_theirs(referral)
    return referral


def _end_theirs(referral: Referral) -> None:
    """End the duty of whoever handed it on: from this moment it is owed once, and here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT visits_end_handed_on(%s, %s)", [referral.pk, referral.answered_at])


def acknowledge(reference: str, *, by: Membership) -> FollowUp:
    """Say that one is on it, without doing more yet: the next to be woken need not be.

    It holds until the rung after it; whoever has not acted by then is woken again, and others.
    """
    with following("acknowledge", reference, by=by) as follow:
        return follow.follow_up
