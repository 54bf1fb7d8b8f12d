"""Reporting what changed outside, a release or a change of bail: somebody is woken at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from directory.clock_reasons import ChangeKind
from notices.outbox import owe
from referrals.actions._making_a_move import told_on
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.lifecycle import PENDING, Side, Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.actions._following_up import following
from visits.asking_again import ask_again
from visits.clock import LONGEST_AGO, SKEW
from visits.ladder import CHANGED, CHANGED_UNANSWERED
from visits.models import Audience, ChangeOfCircumstance, FollowUp, Rung, Unless

UNANSWERED_AFTER: Final = timedelta(minutes=30)
_NEEDS: Final = {Side.REFERRING: Permission.REFER, Side.RECEIVING: Permission.VISIT}


@dataclass(frozen=True, kw_only=True)
class Change:
    """What changed, and when."""

    kind: str
    happened_at: datetime


def report_change(reference: str, change: Change, *, by: Membership) -> ChangeOfCircumstance:
    """Report a change of circumstance, from either side. It is urgent until it is dealt with, and
    how she may be reached has to be asked again.

    Whoever has the referral is woken at once, and their managers half an hour later unless
    somebody has acted by then.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if their role reports nothing.
    :raises ReasonMissing: for a change that is not on the list.
    :raises NotWellFormed: for one in the future, or more than 14 days past.
    :raises MoveNotAllowed: if nobody follows the referral up, or not any more.
    """
    if change.kind not in ChangeKind.values:
        raise ReasonMissing("Choose what changed.")
    with unit_of_work(by.context):
        record("referral.report_change", about=("referral", reference), reason=change.kind)
        referral = Referral.objects.visible_to(by).get(reference=reference)
        side = referral.side_of(by.agency_id)
        if side is None or not by.has(_NEEDS[side]):
            raise PermissionDenied
        locked = FollowUp.objects.select_for_update(of=("self",))
        follow_up = locked.filter(referral=referral).first()
        if follow_up is None or not may_be_reported(referral):
            raise MoveNotAllowed("Nobody follows this referral up any more.")
        made = _made(referral, change, by)
        ask_again(referral.case_id, made.at)
        _wake(follow_up, referral, made)
        if side is Side.REFERRING:
            record_for_both(referral.receiving_agency_id)
        return made


def may_be_reported(referral: Referral) -> bool:
    """Whether anybody follows the referral up whom a change would matter to."""
    return referral.visit_ended_at is not None and referral.status in {*PENDING, Status.ACCEPTED}


def deal_with_changes(reference: str, *, by: Membership) -> int:
    """Say that the changes reported were read and the plan was looked at again; how many.

    :raises MoveNotAllowed: if there is none to deal with.
    """
    with following("deal_with_changes", reference, by=by) as follow:
        waiting = ChangeOfCircumstance.objects.filter(
            referral=follow.referral, agency=by.agency_id, dealt_with_at=None
        )
        dealt_with = waiting.update(dealt_with_at=follow.at, dealt_with_by=by)
        if not dealt_with:
            raise MoveNotAllowed("There is no change to deal with.")
        return dealt_with


def _made(referral: Referral, change: Change, by: Membership) -> ChangeOfCircumstance:
    at = timezone.now()
    if change.happened_at > at + SKEW:
        raise NotWellFormed("happened_at", "This cannot lie in the future.")
    if change.happened_at < at - LONGEST_AGO:
        raise NotWellFormed("happened_at", "This cannot lie more than 14 days in the past.")
    made = ChangeOfCircumstance(
        referral=referral,
        agency_id=referral.receiving_agency_id,
        reported_by_id=by.agency_id,
        kind=change.kind,
        happened_at=change.happened_at,
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    return made


def _wake(follow_up: FollowUp, referral: Referral, made: ChangeOfCircumstance) -> None:
    """Wake by the ladder while contact is owed; afterwards tell whoever has the referral."""
    if follow_up.contacted_at or follow_up.ended_at:
        told = told_on(referral, Side.RECEIVING)
        owe(told, kind=f"follow_up.{CHANGED}", reference=referral.reference, dedupe=str(made.pk))
        return
    Rung.objects.bulk_create(
        [
            _rung(follow_up, referral, CHANGED, Audience.WHOSE, made.at),
            _rung(
                follow_up,
                referral,
                CHANGED_UNANSWERED,
                Audience.WHOSE_AND_MANAGERS,
                made.at + UNANSWERED_AFTER,
            ),
        ]
    )


def _rung(
    follow_up: FollowUp, referral: Referral, kind: str, audience: Audience, at: datetime
) -> Rung:
    return Rung(
        about=follow_up.pk,
        follow_up=follow_up,
        agency_id=follow_up.agency_id,
        kind=kind,
        nth=_rounds(follow_up.pk, kind) + 1,
        reference=referral.reference,
        audience=audience,
        unless=Unless.SETTLED if kind == CHANGED else Unless.ACTED,
        due_at=at,
        available_at=at,
    )


def _rounds(follow_up: UUID, kind: str) -> int:
    return Rung.objects.filter(about=follow_up, kind=kind).count()
