"""How a visit ended, and with it, perhaps, the duty to follow up."""

from datetime import datetime
from typing import Final

from accounts.models import Membership
from directory.contact import VisitOutcome
from referrals import actions as referring
from referrals.errors import ReasonMissing
from referrals.models.referral import Feedback
from visits.actions._following_up import Following, following, keep_note
from visits.actions.explaining import refuse_to_end
from visits.models import FollowUp, Visit, VisitWorker

_TOLD: Final = {
    VisitOutcome.DONE: Feedback.VISITED,
    VisitOutcome.DECLINED: Feedback.CHOSE_NOT_TO,
    VisitOutcome.UNSAFE: Feedback.NOT_SAFE,
}
GOES_ON: Final = frozenset({VisitOutcome.REARRANGED, VisitOutcome.NOT_IN, VisitOutcome.ABORTED})
"""After these the duty to follow up is not met: the visit ends, the clock does not."""


def record_outcome(reference: str, outcome: str, *, by: Membership, note: str = "") -> FollowUp:
    """Record how the visit ended. Done, declined or unsafe ends the follow-up; else it goes on.

    :raises ReasonMissing: for an outcome that is not on the list.
    :raises MoveNotAllowed: if it would end while the clocks are paused, or one was missed and
        nobody has said why.
    """
    if outcome not in VisitOutcome.values:
        raise ReasonMissing("Choose how the visit ended.")
    with following("outcome", reference, by=by) as follow:
        visited_at = _end_visit(follow, outcome)
        if outcome == VisitOutcome.DONE:
            follow.follow_up.contacted_at = follow.follow_up.contacted_at or visited_at
        if VisitOutcome(outcome) not in GOES_ON:
            follow.follow_up.outcome, follow.follow_up.ended_at = outcome, follow.at
            refuse_to_end(follow.follow_up, follow.at)
        follow.follow_up.save()
        if told := _TOLD.get(VisitOutcome(outcome)):
            referring.feed_back(follow.referral, told, at=follow.at)
        keep_note(reference, note, by)
        return follow.follow_up


def _end_visit(follow: Following, outcome: str) -> datetime:
    """End what is booked; when somebody was there, which is not when it is written down."""
    visit = Visit.objects.filter(follow_up=follow.follow_up, status=Visit.Status.BOOKED).first()
    if visit is None:
        return follow.at
    visit.status, visit.outcome = Visit.Status.ENDED, outcome
    visit.save(update_fields=["status", "outcome"])
    VisitWorker.objects.filter(visit=visit).update(is_booked=False)
    began_at: datetime = visit.during.lower
    return min(began_at, follow.at)
