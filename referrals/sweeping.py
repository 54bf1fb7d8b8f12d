"""What the clock does to referrals, in the worker: end what was agreed to until now, relay answers
upstream, chase those that do not come, let drafts go, and see that a case whose worker is kept out
of it gets another."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.roles import Permission
from audit.recording import record
from notices.clock import Clock
from notices.outbox import owe
from referrals.actions._making_a_move import holding, told_on
from referrals.actions.breaking_glass import remind_of_reviews
from referrals.actions.drafting import expire_drafts
from referrals.chasing import chase_unanswered
from referrals.lifecycle import Side, Status
from referrals.models import ConflictBlock, Referral
from tenancy.context import Context
from tenancy.work import unit_of_work

BATCH: Final = 100  # rows are locked until their batch commits, and somebody may want them
BUDGET: Final = timedelta(seconds=25)  # a turn is over before the next one begins
logger = logging.getLogger(__name__)


def sweep(at: datetime) -> int:
    """End, relay and expire everything that is due, a batch a transaction; how many changed."""
    clock, changed = Clock(at), 0
    for work_off in (
        end_expired,
        relay_answers,
        chase_unanswered,
        expire_drafts,
        tell_of_conflicts,
        remind_of_reviews,
    ):
        while clock.elapsed < BUDGET:
            with unit_of_work(Context.system()):
                done = work_off(at=at)
            if not done:
                break
            changed += done
    return changed


def end_expired(*, at: datetime) -> int:
    """Take the keys away where an agreement, or an emergency nobody approved, is over by now.

    Nobody could use them from that instant on; here they cease to exist. The worker holds no key,
    so what they opened is sealed anew by whoever opens the case next (``renewing.py``).
    """
    with unit_of_work(Context.system()), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_end_expired(%s, %s)", [at, BATCH])
        ended = cursor.fetchall()
        for case_id, agency_id, ended_at in ended:
            _tell_ended(case_id, agency_id, ended_at)
        return len(ended)


def _tell_ended(case_id: UUID, agency_id: int, ended_at: datetime) -> None:
    """Both sides of what was taken on, without saying what it was."""
    record("consent.expire", about=("case", case_id), also=[agency_id])
    over = Referral.objects.filter(case=case_id, receiving_agency=agency_id, status=Status.ACCEPTED)
    for referral in over.order_by("pk"):
        told = [*told_on(referral, Side.RECEIVING), *told_on(referral, Side.REFERRING)]
        dedupe = f"{referral.pk}:ended:{ended_at.timestamp()}"
        owe(told, kind="consent.ended", reference=referral.reference, dedupe=dedupe)


def relay_answers(*, at: datetime) -> int:
    """Tell everybody upstream *that* an onward referral was answered: not by whom, not how."""
    with unit_of_work(Context.system()):
        due = Referral.objects.filter(
            parent__isnull=False, answered_at__isnull=False, answer_relayed_at=None
        )
        answered = list(
            due.select_for_update(of=("self",), skip_locked=True)
            .select_related("parent")
            .order_by("answered_at")[:BATCH]
        )
        return sum(_relayed(referral, at) for referral in answered)


def tell_of_conflicts(*, at: datetime) -> int:
    """Tell those who see to the team's work of cases that lost their worker to a conflict of
    interest: somebody else has to take them. Whose conflict it is they are not told."""
    with unit_of_work(Context.system()):
        untold = ConflictBlock.objects.filter(told_at=None, lifted_at=None)
        found = list(untold.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        for block in found:
            for referral in Referral.objects.filter(
                case=block.case_id,
                receiving_agency=block.agency_id,
                assigned_to=block.membership_id,
                status=Status.ACCEPTED,
            ):
                told = holding(Permission.MANAGE, block.agency_id, referral)
                told = told or holding(Permission.DECIDE, block.agency_id, referral)
                dedupe = f"{referral.pk}:somebody_else:{block.membership_id}"
                owe(
                    told, kind="referral.somebody_else", reference=referral.reference, dedupe=dedupe
                )
        ConflictBlock.objects.filter(pk__in=[each.pk for each in found]).update(told_at=at)
        return len(found)


def _relayed(referral: Referral, at: datetime) -> bool:
    """Relay one answer. If that fails the next sweep tries again, and the others go on."""
    try:
        with unit_of_work(Context.system()):
            _relay(referral, at)
    except Exception as error:  # noqa: BLE001 -- one bad row must not hold up the others
        name = type(error).__name__
        logger.error("%s could not be relayed: %s.", referral.reference, name)  # noqa: TRY400
        return False
    return True


def _relay(referral: Referral, at: datetime) -> None:
    Referral.objects.filter(pk=referral.pk).update(answer_relayed_at=at)
    upstream = referral.parent
    while upstream is not None:
        Referral.objects.filter(pk=upstream.pk).update(onward_answered_at=at)
        told, reference = told_on(upstream, Side.REFERRING), upstream.reference
        dedupe = f"{referral.pk}:relayed"
        owe(told, kind="referral.onward_answered", reference=reference, dedupe=dedupe)
        upstream = upstream.parent
