"""Saying why a clock ran out. Without it a follow-up is neither ended nor closed."""

from datetime import datetime

from accounts.models import Membership
from directory.clock_reasons import LateReason, WhichClock
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from visits.actions._following_up import following
from visits.clocks import clocks_of, unexplained
from visits.models import FollowUp, Lateness
from visits.standing import Standing


def explain(reference: str, *, by: Membership, clock: str, reason: str) -> Lateness:
    """Say why one clock was missed; saying it again corrects it, and both are kept.

    :raises NotWellFormed: for a clock that there is not.
    :raises ReasonMissing: without a reason from the list.
    :raises MoveNotAllowed: if that clock was not missed.
    """
    if clock not in WhichClock.values:
        raise NotWellFormed("clock", "Choose which clock.")
    if reason not in LateReason.values:
        raise ReasonMissing("Choose why it was late.")
    with following("explain", reference, by=by) as follow:
        missed = [
            each.which
            for each in clocks_of(follow.follow_up, follow.at)
            if each.standing is Standing.MISSED
        ]
        if clock not in missed:
            raise MoveNotAllowed("This was not late.")
        return Lateness.objects.create(
            follow_up=follow.follow_up,
            agency_id=follow.follow_up.agency_id,
            clock=clock,
            reason=reason,
            by=by,
            at=follow.at,
        )


def refuse_to_end(follow_up: FollowUp, at: datetime) -> None:
    """Keep a follow-up from being ended or closed while something is left unsaid.

    Ask it of the rows as they will be: what ends it, recorded; the follow-up, not saved yet.

    :raises MoveNotAllowed: if its clocks are paused, or one was missed and nobody has said why.
    """
    if follow_up.paused_at is not None:
        raise MoveNotAllowed("The clocks are paused. Let them go on first.")
    if missed := unexplained(follow_up, at):
        named = " and ".join(str(WhichClock(each).label) for each in missed)
        raise MoveNotAllowed(f"Say first why it was late: {named}.")
