"""What was sent and has no answer when its time is up: people on both sides are told.

An unanswered referral never just expires. One with a clock of its own (a follow-up after a police
visit) has a ladder of its own, and is left to it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import Permission
from notices.outbox import owe
from referrals.actions._making_a_move import holding, told_on
from referrals.lifecycle import PENDING, Side
from referrals.models import Referral
from referrals.models.referral import MOST_CHASED
from tenancy.context import Context
from tenancy.work import unit_of_work

BATCH: Final = 100
UNANSWERED: Final = "referral.unanswered"
THEN_MANAGERS: Final = timedelta(hours=24)


def chase_unanswered(*, at: datetime) -> int:
    """Tell whoever sent it and whoever should answer when the time is up; a day later, those who
    answer for the work on either side. How many were chased."""
    with unit_of_work(Context.system()):
        due = list(_due(at).select_for_update(of=("self",), skip_locked=True)[:BATCH])
        for referral in due:
            referral.chased += 1
            when = f"{referral.answer_due_at:%Y%m%dT%H%M%S}"
            dedupe = f"{referral.pk}:unanswered:{when}:{referral.chased}"
            owe(_told(referral), kind=UNANSWERED, reference=referral.reference, dedupe=dedupe)
        Referral.objects.bulk_update(due, ["chased"])
        return len(due)


def _due(at: datetime) -> QuerySet[Referral]:
    is_due = Q(chased=0, answer_due_at__lte=at) | Q(chased=1, answer_due_at__lte=at - THEN_MANAGERS)
    waiting = Referral.objects.filter(status__in=PENDING, chased__lt=MOST_CHASED, follow_up=None)
    return waiting.filter(is_due).order_by("answer_due_at", "pk")


def _told(referral: Referral) -> list[Membership]:
    if referral.chased < MOST_CHASED:
        return [person for side in Side for person in told_on(referral, side)]
    return [
        person
        for side in Side
        for person in holding(Permission.MANAGE, referral.agency_on(side), referral)
    ]
