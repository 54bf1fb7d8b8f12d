"""Handing a case to a colleague. It is the receiving agency's affair: nobody else is told."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import HandOverReason
from notices.outbox import owe
from referrals.actions._making_a_move import holding, lock_case
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.lifecycle import Side, Status
from referrals.models import Assignment, Referral
from tenancy.work import unit_of_work


def assign(reference: str, to: Membership, *, by: Membership, reason: str) -> Referral:
    """Make an accepted referral a colleague's: from now they open the case, and are woken for it.

    :raises PermissionDenied: if ``by`` does not see to the team's work on the receiving side.
    :raises MoveNotAllowed: if the referral is not accepted, or it is theirs already.
    :raises NotWellFormed: for somebody who does not open cases of this agency, or not this one:
        the sentence is the same, and says not which.
    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in HandOverReason.values:
        raise ReasonMissing("Choose why it is handed over.")
    with unit_of_work(by.context):
        record("referral.assign", about=("referral", reference), reason=reason)
        lock_case(reference)
        visible = Referral.objects.visible_to(by)
        referral = visible.select_for_update(of=("self",)).get(reference=reference)
        _refuse(referral, to, by)
        before, at = referral.assigned_to, timezone.now()
        line = Assignment.objects.create(
            referral=referral,
            agency_id=by.agency_id,
            before=before,
            to=to,
            reason=reason,
            by=by,
            at=at,
        )
        referral.assigned_to = to
        referral.save(update_fields=["assigned_to"])
        owe([to], kind="referral.assign", reference=reference, dedupe=str(line.pk))
    return referral


def _refuse(referral: Referral, to: Membership, by: Membership) -> None:
    if not by.has(Permission.MANAGE) or referral.side_of(by.agency_id) is not Side.RECEIVING:
        raise PermissionDenied
    if referral.status != Status.ACCEPTED:
        raise MoveNotAllowed(f"This referral is “{referral.get_status_display()}”.")
    if referral.assigned_to_id == to.pk:
        raise MoveNotAllowed("It is theirs already.")
    able = holding(Permission.OPEN, by.agency_id, referral)
    if to.pk not in {each.pk for each in able}:
        raise NotWellFormed("to", "Choose a colleague who works on cases.")
