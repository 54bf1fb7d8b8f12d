"""What the clock does to referrals, in the worker: relay answers upstream, let drafts go."""

from datetime import datetime
from typing import Final

from django.db import transaction

from notices.outbox import owe
from referrals.actions._making_a_move import told_on
from referrals.actions.drafting import expire_drafts
from referrals.lifecycle import Side
from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work

BATCH: Final = 500


def sweep(at: datetime) -> int:
    """Relay and expire everything that is due; returns how many rows changed."""
    with unit_of_work(Context.system()):
        return relay_answers(at=at) + expire_drafts(at=at)


def relay_answers(*, at: datetime) -> int:
    """Tell everybody upstream *that* an onward referral was answered: not by whom, not how."""
    with transaction.atomic():
        due = Referral.objects.filter(
            parent__isnull=False, answered_at__isnull=False, answer_relayed_at=None
        )
        answered = list(
            due.select_for_update(of=("self",), skip_locked=True)
            .select_related("parent")
            .order_by("answered_at")[:BATCH]
        )
        for referral in answered:
            _relay(referral, at)
        return len(answered)


def _relay(referral: Referral, at: datetime) -> None:
    Referral.objects.filter(pk=referral.pk).update(answer_relayed_at=at)
    upstream = referral.parent
    while upstream is not None:
        Referral.objects.filter(pk=upstream.pk).update(onward_answered_at=at)
        told, reference = told_on(upstream, Side.REFERRING), upstream.reference
        dedupe = f"{referral.pk}:relayed"
        owe(told, kind="referral.onward_answered", reference=reference, dedupe=dedupe)
        upstream = upstream.parent
