"""Ending the work on a referral: what the doors call, because closing can leave somebody alone.

Where the risk is high and nobody reached her, one person does not close by themselves. The risk
stays on the case as it was, closed or not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.harm import RiskBand
from directory.reasons import ClosureReason
from notices.outbox import owe
from referrals import actions as referring
from referrals.actions._making_a_move import lock_case
from referrals.actions.keeping_notes import writing_to
from referrals.conflicts import told_about
from referrals.errors import MoveNotAllowed, ReasonMissing
from referrals.models import Referral
from referrals.models.referral import Feedback
from tenancy.work import unit_of_work
from visits.actions.explaining import refuse_to_end
from visits.ladder import settle_rungs
from visits.models import ClosureRequest, FollowUp
from visits.standing_down import forget_next_tries, stand_down


class NeedsManager(MoveNotAllowed):
    """Nobody reached her and the risk is high: closing takes a second person."""


def close(reference: str, *, by: Membership, reason: str) -> Referral:
    """End the agency's work. What was booked or planned is given up with it.

    :raises NeedsManager: where the risk is high, nobody reached her, and ``by`` is no manager.
    :raises MoveNotAllowed: if its clocks are paused, or one was missed and nobody has said why.
    """
    with unit_of_work(by.context):
        lock_case(reference)  # an attempt now in hand is seen whole, or not at all
        follow_up = _follow_up_of(reference, by)
        if follow_up and needs_manager(follow_up) and not by.has(Permission.MANAGE):
            raise NeedsManager(
                "They were not reached and the risk is high: a manager has to sign this off."
            )
        return _closed(reference, follow_up, by=by, reason=reason)


def ask_to_close(reference: str, *, by: Membership, reason: str) -> ClosureRequest:
    """Ask a manager to sign off closing a case of high risk in which nobody was reached.

    :raises MoveNotAllowed: where it takes no manager, or one is asked already.
    """
    if reason not in ClosureReason.values:
        raise ReasonMissing("Choose why you are closing this referral.")
    with _in_hand("ask_to_close", reference, by=by, reason=reason) as (follow_up, at):
        if not by.has(Permission.CLOSE):
            raise PermissionDenied
        if not needs_manager(follow_up):
            raise MoveNotAllowed("This can be closed without a manager.")
        if ClosureRequest.objects.filter(follow_up=follow_up, answered_at=None).exists():
            raise MoveNotAllowed("A manager has been asked already.")
        asked = ClosureRequest.objects.create(
            follow_up=follow_up, agency_id=by.agency_id, reason=reason, asked_by=by, asked_at=at
        )
        managers = Membership.objects.holding(Permission.MANAGE).filter(agency=by.agency_id)
        case_id, kind = follow_up.referral.case_id, "referral.closing_asked"
        told = told_about(managers.exclude(user=None), case_id, by.agency_id)
        owe(told, kind=kind, reference=reference, dedupe=f"{asked.pk}:asked")
    return asked


def sign_off_closing(reference: str, *, by: Membership) -> Referral:
    """Close what somebody else asked to close: the second person stands behind it.

    :raises PermissionDenied: for anybody but a manager, and for the one who asked.
    """
    with _in_hand("sign_off_closing", reference, by=by) as (follow_up, at):
        asked = _answered(follow_up, by, at, signed_off=True)
        return _closed(reference, follow_up, by=by, reason=asked.reason)


def turn_down_closing(reference: str, *, by: Membership) -> ClosureRequest:
    """Say that it is not to be closed yet: the work goes on."""
    with _in_hand("turn_down_closing", reference, by=by) as (follow_up, at):
        return _answered(follow_up, by, at, signed_off=False)


def needs_manager(follow_up: FollowUp) -> bool:
    """Whether closing takes a second person: the risk is high, or not known, and nobody reached
    her."""
    grave = follow_up.referral.risk_band in {RiskBand.HIGH, RiskBand.NOT_ASSESSED}
    return grave and not follow_up.contacted_at


class InHand(NamedTuple):
    """A follow-up whose case is locked, and the moment."""

    follow_up: FollowUp
    at: datetime


@contextmanager
def _in_hand(deed: str, reference: str, *, by: Membership, reason: str = "") -> Iterator[InHand]:
    with unit_of_work(by.context):
        record(f"referral.{deed}", about=("referral", reference), reason=reason)
        with writing_to(reference, by=by) as (_, referral):
            follow_up = _follow_up_of(referral.reference, by)
            if follow_up is None:
                raise MoveNotAllowed("There is no follow-up here.")
            yield InHand(follow_up, timezone.now())


def _follow_up_of(reference: str, by: Membership) -> FollowUp | None:
    known = FollowUp.objects.visible_to(by).select_related("referral", "referral__assigned_to")
    return known.filter(referral__reference=reference).first()


def _answered(
    follow_up: FollowUp, by: Membership, at: datetime, *, signed_off: bool
) -> ClosureRequest:
    asked = ClosureRequest.objects.filter(follow_up=follow_up, answered_at=None).first()
    if asked is None:
        raise MoveNotAllowed("Nobody has asked to close this.")
    if not by.has(Permission.MANAGE) or asked.asked_by_id == by.pk:
        raise PermissionDenied
    asked.answered_by, asked.answered_at, asked.is_signed_off = by, at, signed_off
    asked.save(update_fields=["answered_by", "answered_at", "is_signed_off"])
    kind, reference = "referral.closing_answered", follow_up.referral.reference
    told = told_about([asked.asked_by], follow_up.referral.case_id, by.agency_id)
    owe(told, kind=kind, reference=reference, dedupe=f"{asked.pk}:answered")
    return asked


def _closed(reference: str, follow_up: FollowUp | None, *, by: Membership, reason: str) -> Referral:
    referral = referring.close(reference, by=by, reason=reason)
    if follow_up is None:
        return referral
    at = referral.closed_at or timezone.now()
    if follow_up.ended_at is None:
        refuse_to_end(follow_up, at)
    if not follow_up.contacted_at and referral.feedback in {"", Feedback.CONTACTED}:
        referring.feed_back(referral, Feedback.NOT_REACHED, at=at)
    stand_down(referral.case_id, at=at)
    forget_next_tries(follow_up, at=at)
    settle_rungs(referral.case_id, at=at)
    return referral
