"""Pausing the clocks of a follow-up for somebody's safety, and letting them run on."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts.models import Membership
from directory.clock_reasons import LONGEST_PAUSE_HOURS, PauseReason
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from visits.actions._following_up import Following, following
from visits.actions._moving_clocks import hold_rungs, move_clocks
from visits.clock import Deadlines
from visits.ladder import owe_rung, settle_rungs
from visits.models import Audience, ClockChange, FollowUp, Pause

LONGEST_PAUSE: Final = timedelta(hours=LONGEST_PAUSE_HOURS)
SHORTEST_PAUSE: Final = timedelta(minutes=15)
REVIEW: Final = "pause_review"


def pause(reference: str, *, by: Membership, reason: str, review_at: datetime) -> Pause:
    """Stop the clocks: nobody is woken until they run again, but somebody is at ``review_at``.

    :raises ReasonMissing: for a reason that is not about safety.
    :raises NotWellFormed: for a review in less than a quarter of an hour or more than three days.
    :raises MoveNotAllowed: if they are paused already.
    """
    _refuse_other_reasons(reason)
    with following("pause", reference, by=by) as follow:
        if follow.follow_up.paused_at is not None:
            raise MoveNotAllowed("The clocks are paused already.")
        follow.follow_up.paused_at = follow.at
        follow.follow_up.save(update_fields=["paused_at"])
        hold_rungs(follow.follow_up)
        return _begin(follow, by, reason, review_at)


def keep_paused(reference: str, *, by: Membership, reason: str, review_at: datetime) -> Pause:
    """Look at a pause again and leave the clocks stopped until a later review.

    :raises MoveNotAllowed: if they are not paused.
    """
    _refuse_other_reasons(reason)
    with following("keep_paused", reference, by=by) as follow:
        _end(follow, by)
        return _begin(follow, by, reason, review_at)


def resume(reference: str, *, by: Membership) -> ClockChange:
    """Let the clocks run on. What was left of them is left: they fall due later by the pause.

    The Victims' Code's clock does not stop for a pause.

    :raises MoveNotAllowed: if they are not paused.
    """
    with following("resume", reference, by=by) as follow:
        ended = _end(follow, by)
        follow_up, lost = follow.follow_up, follow.at - _paused_at(follow.follow_up)
        follow_up.paused_at = None
        later = Deadlines(
            follow_up.due_at + lost, follow_up.visit_from_at + lost, follow_up.visit_by_at + lost
        )
        change = ClockChange(
            kind=ClockChange.Kind.RESUMED, reason=ended.reason, by=by, at=follow.at
        )
        return move_clocks(follow_up, later, change)


def _refuse_other_reasons(reason: str) -> None:
    if reason not in PauseReason.values:
        raise ReasonMissing("Choose why it is not safe to go on.")


def _begin(follow: Following, by: Membership, reason: str, review_at: datetime) -> Pause:
    if not SHORTEST_PAUSE <= review_at - follow.at <= LONGEST_PAUSE:
        raise NotWellFormed(
            "review_at", "Look at it again in 15 minutes at the soonest and 3 days at the latest."
        )
    made = Pause.objects.create(
        follow_up=follow.follow_up,
        agency_id=follow.follow_up.agency_id,
        reason=reason,
        review_at=review_at,
        by=by,
        at=follow.at,
    )
    for to in (follow.referral.assigned_to, Audience.MANAGERS):
        if to is not None:
            owe_rung(
                made.pk,
                REVIEW,
                review_at,
                agency_id=made.agency_id,
                reference=follow.referral.reference,
                to=to,
            )
    return made


def _end(follow: Following, by: Membership) -> Pause:
    open_one = Pause.objects.filter(follow_up=follow.follow_up, ended_at=None).first()
    if open_one is None:
        raise MoveNotAllowed("The clocks are not paused.")
    open_one.ended_at, open_one.ended_by = follow.at, by
    open_one.save(update_fields=["ended_at", "ended_by"])
    settle_rungs(open_one.pk, at=follow.at)
    return open_one


def _paused_at(follow_up: FollowUp) -> datetime:
    """When the clocks stopped; a pause that was kept on began with its first row."""
    return follow_up.paused_at or timezone.now()
