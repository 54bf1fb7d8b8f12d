"""Letting go of a case: one asks, another stands behind it, and it is gone.

What goes is the agency's own copy: its keys, its tags, its notes. Where nobody else keeps the case
it is erased, every row of it. There is no way back.
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.retention import DisposalReason
from notices.outbox import owe
from referrals.conflicts import told_about
from referrals.errors import MoveNotAllowed, ReasonMissing
from retention.models import Disposal, RetentionRule
from retention.reading import Kept, copy_called, waiting
from retention.rules import kept_until, rules_of
from tenancy.work import unit_of_work

HELD = "Somebody holds this case. It is kept until the hold is lifted."
IN_HAND = (
    "Your agency still works on this case, waits for an answer about it, or has yet to answer"
    " somebody who asks for what it holds."
)


def ask_to_dispose(reference: str, *, by: Membership, reason: str) -> Disposal:
    """Ask a second person to let go of the agency's copy. ``reference`` is what it calls the case.

    :raises Grant.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for all but those who answer for the agency's work.
    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if it is held, in hand, asked already, or its time is not up.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("retention.ask", about=("case_reference", reference), reason=reason)
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        copy = copy_called(reference)
        if reason not in DisposalReason.values:
            raise ReasonMissing("Choose why it is to go.")
        _refuse(copy)
        if waiting(by).filter(case_id=copy.case_id).exists():
            raise MoveNotAllowed("A second person is asked already.")
        is_for_time = reason == DisposalReason.TIME_IS_UP
        rule = _rule_that_is_up(copy, by, timezone.localdate(at)) if is_for_time else None
        asked = Disposal.objects.create(
            case_id=copy.case_id,
            agency_id=by.agency_id,
            reference=reference,
            reason=reason,
            rule=rule,
            asked_by=by,
            asked_at=at,
        )
        able = Membership.objects.holding(Permission.APPROVE).filter(agency=by.agency_id)
        told = told_about(able.exclude(user=None).exclude(pk=by.pk), copy.case_id, by.agency_id)
        owe(told, kind="retention.asked", reference="", dedupe=f"{asked.pk}:asked")
        return asked


def answer_disposal(pk: UUID, *, by: Membership, yes: bool) -> Disposal:
    """Stand behind it, and it is gone before this returns; or say no, and it is kept.

    :raises Disposal.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for whoever asked, and for all but the agency's authorisers.
    :raises Grant.DoesNotExist: if the agency's copy has gone by itself by now.
    :raises MoveNotAllowed: if it is held or in hand by now, or somebody has worked on it since, so
        that its time is up no longer.
    """
    with unit_of_work(by.context):
        asked = waiting(by).select_for_update(of=("self",)).get(pk=pk)
        deed = "dispose" if yes else "keep"
        record(f"retention.{deed}", about=("case", asked.case_id), reason=asked.reason)
        if not by.has(Permission.APPROVE) or by.pk == asked.asked_by_id:
            raise PermissionDenied
        asked.answered_by, asked.answered_at, asked.is_approved = by, timezone.now(), yes
        asked.save(update_fields=["answered_by", "answered_at", "is_approved"])
        if yes:
            _refuse_if_its_time_is_up_no_longer(asked, by)
            _let_go(asked)
        told = [asked.asked_by]
        owe(told, kind="retention.answered", reference="", dedupe=f"{asked.pk}:answered")
        return asked


def _let_go(asked: Disposal) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_dispose(%s, %s)", [asked.pk, asked.answered_at])
        became = cursor.fetchone()[0]
    if became in {"held", "in_hand"}:
        raise MoveNotAllowed(HELD if became == "held" else IN_HAND)
    asked.refresh_from_db()


def _refuse(copy: Kept) -> None:
    if copy.is_held:
        raise MoveNotAllowed(HELD)
    if copy.is_in_hand:
        raise MoveNotAllowed(IN_HAND)


def _refuse_if_its_time_is_up_no_longer(asked: Disposal, by: Membership) -> None:
    copy = copy_called(asked.reference)
    if asked.reason == DisposalReason.TIME_IS_UP:
        _rule_that_is_up(copy, by, timezone.localdate(asked.answered_at))


def _rule_that_is_up(copy: Kept, by: Membership, on: date) -> RetentionRule:
    until = kept_until(copy, rules_of(by.agency.kind, on))
    if until is None or until.day > on:
        raise MoveNotAllowed("Its time is not up yet.")
    return until.rule
