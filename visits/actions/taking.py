"""Taking a follow-up, and saying that one is on it."""

from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from referrals import actions as referring
from referrals.models import CaseLink, Referral
from tenancy.work import unit_of_work
from visits.actions._following_up import following
from visits.asking_again import ask_again
from visits.models import FollowUp


def take(reference: str, *, by: Membership) -> Referral:
    """Accept for the agency and make it one's own, in one transaction; its clock goes on.

    A repeat report lets no way of reaching her be relied on in the earlier cases of the agency.
    """
    with unit_of_work(by.context):
        referral = referring.accept(reference, by=by)
        FollowUp.objects.filter(referral=referral).update(acted_at=referral.answered_at)
        if referral.parent_id and referral.visit_ended_at:
            _end_theirs(referral)
        if referral.visit_ended_at:
            _ask_again_of_earlier(referral)
    return referral


def _ask_again_of_earlier(referral: Referral) -> None:
    """The police were there anew: whatever was safe before is asked again in the agency's earlier
    cases of the same person. Only the agency knows of the link; whoever referred is told nothing.
    """
    at = referral.answered_at or timezone.now()
    links = CaseLink.objects.filter(case=referral.case_id, linked_at=at)
    earlier = links.order_by("earlier_case").values_list("earlier_case", flat=True)
    for case_id in list(earlier):
        ask_again(case_id, at)


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
