"""How a visit ended, and with it, perhaps, the duty to follow up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts.models import Membership
from directory.contact import VisitOutcome
from directory.harm import Need
from directory.outcomes import REASONS, OutcomeReason
from referrals import actions as referring
from referrals.errors import NotWellFormed, ReasonMissing
from referrals.models.referral import Feedback
from visits import outings
from visits.actions._following_up import Following, following, keep_note
from visits.actions.explaining import refuse_to_end
from visits.models import FollowUp, Outcome, Visit, VisitWorker
from visits.standing_down import forget_next_tries

TOLD: Final = {
    VisitOutcome.DONE: Feedback.VISITED,
    VisitOutcome.CONTACTED: Feedback.CONTACTED,
    VisitOutcome.DECLINED: Feedback.CHOSE_NOT_TO,
    VisitOutcome.UNSAFE: Feedback.NOT_SAFE,
}
"""What the referrer learns of an outcome: this code, and never the reason."""
GOES_ON: Final = frozenset({VisitOutcome.REARRANGED, VisitOutcome.NOT_IN, VisitOutcome.ABORTED})
"""After these the duty to follow up is not met: the visit ends, the clock does not."""
MET: Final = frozenset({VisitOutcome.DONE, VisitOutcome.CONTACTED})
"""They were reached."""


def record_outcome(
    reference: str,
    outcome: str,
    *,
    by: Membership,
    note: str = "",
    reason: str = "",
    support_wanted: Sequence[str] = (),
) -> FollowUp:
    """Record how it came out, why, and what support they want.

    Done, contacted, declined or unsafe ends the follow-up; else it goes on.

    :raises ReasonMissing: for an outcome that is not on the list.
    :raises NotWellFormed: for a reason that is not the outcome's, or support there is not.
    :raises MoveNotAllowed: if it would end while the clocks are paused, or one was missed and
        nobody has said why.
    """
    if outcome not in VisitOutcome.values:
        raise ReasonMissing("Choose how the visit ended.")
    came_out, wanted = VisitOutcome(outcome), sorted({*support_wanted})
    _check(came_out, reason, wanted)
    with following("outcome", reference, by=by) as follow:
        visited_at = _end_booked(follow, outcome)
        kept = Outcome(outcome=outcome, reason=reason, support_wanted=wanted, by=by)
        kept.follow_up, kept.agency_id, kept.recorded_at = follow.follow_up, by.agency_id, follow.at
        kept.save(force_insert=True)
        if came_out in MET:
            follow.follow_up.contacted_at = follow.follow_up.contacted_at or visited_at
        if came_out not in GOES_ON:
            follow.follow_up.outcome, follow.follow_up.ended_at = outcome, follow.at
            refuse_to_end(follow.follow_up, follow.at)
            forget_next_tries(follow.follow_up, at=follow.at)
        follow.follow_up.save()
        if told := TOLD.get(came_out):
            referring.feed_back(follow.referral, told, at=follow.at)
        keep_note(reference, note, by)
        return follow.follow_up


def _check(outcome: VisitOutcome, reason: str, wanted: Sequence[str]) -> None:
    if reason and (reason not in OutcomeReason.values or reason not in REASONS[outcome]):
        raise NotWellFormed("reason", "Choose a reason that goes with how it ended.")
    if not {*wanted} <= {*Need.values}:
        raise NotWellFormed("support_wanted", "Choose from the answers on the list.")


def end_visit(visit: Visit, outcome: str, *, at: datetime) -> None:
    """End a booked visit: its workers' time is free, and nobody is expected to leave for it."""
    if visit.status != Visit.Status.BOOKED:
        return
    outings.never_began(visit, at)  # first, as its lock is taken before the visit's everywhere
    visit.status, visit.outcome = Visit.Status.ENDED, outcome
    visit.save(update_fields=["status", "outcome"])
    VisitWorker.objects.filter(visit=visit).update(is_booked=False)


def _end_booked(follow: Following, outcome: str) -> datetime:
    """End what is booked; when somebody was there, which is not when it is written down."""
    visit = Visit.objects.filter(follow_up=follow.follow_up, status=Visit.Status.BOOKED).first()
    if visit is None:
        return follow.at
    end_visit(visit, outcome, at=follow.at)
    began_at: datetime = visit.during.lower
    return min(began_at, follow.at)
