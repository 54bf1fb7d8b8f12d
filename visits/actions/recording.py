"""Recording each attempt to be in touch, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import Membership
from directory.contact import HOLDS_CONTACT, REACHED, AttemptOutcome, DirectContact
from referrals import actions as referring
from referrals.errors import NotWellFormed
from referrals.models import Case, Referral
from referrals.models.referral import Feedback
from visits.actions._following_up import Following, following, keep_note
from visits.actions.booking import is_safe
from visits.clock import SKEW
from visits.models import ContactAttempt

_TOLD_OF_ATTEMPT: Final = {
    AttemptOutcome.SPOKE: Feedback.CONTACTED,
    AttemptOutcome.DECLINED: Feedback.CHOSE_NOT_TO,
    AttemptOutcome.SOMEBODY_ELSE_ANSWERED: Feedback.NOT_SAFE,
    AttemptOutcome.TOO_DANGEROUS: Feedback.NOT_SAFE,
}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt to be in touch. ``note`` is sealed in the agency's own notes."""

    channel: str
    outcome: str
    at: datetime
    message_left: bool = False
    outside_reason: str = ""
    note: str = ""


def record_attempt(reference: str, attempt: Attempt, *, by: Membership) -> ContactAttempt:
    """Record an attempt. Somebody else answering holds all contact at once, reason or none.

    :raises NotWellFormed: for a time in the future or before the police visit, or one outside
        her safe times without a reason.
    """
    with following("attempt", reference, by=by) as follow:
        safe = is_safe(follow, attempt.at)
        _check(attempt, follow, safe=safe)
        row = ContactAttempt.objects.create(
            follow_up=follow.follow_up,
            agency_id=by.agency_id,
            at=attempt.at,
            channel=attempt.channel,
            outcome=attempt.outcome,
            in_safe_time=safe,
            outside_reason=attempt.outside_reason,
            message_left=attempt.message_left,
            by=by,
            recorded_at=follow.at,
        )
        _follow_from(attempt, follow)
        keep_note(reference, attempt.note, by)
        return row


def _check(attempt: Attempt, follow: Following, *, safe: bool) -> None:
    if attempt.at > follow.at + SKEW:
        raise NotWellFormed("at", "An attempt cannot lie in the future.")
    if attempt.at < follow.follow_up.visit_ended_at - SKEW:
        raise NotWellFormed("at", "An attempt cannot lie before the police visit.")
    if attempt.outcome in HOLDS_CONTACT:
        return  # contact is held first; whoever gave up over a reason would leave it allowed
    if not safe and not attempt.outside_reason:
        raise NotWellFormed("outside_reason", "This was outside their safe times: say why.")


def _follow_from(attempt: Attempt, follow: Following) -> None:
    outcome = AttemptOutcome(attempt.outcome)
    if outcome in REACHED and not follow.follow_up.contacted_at:
        follow.follow_up.contacted_at = attempt.at
        follow.follow_up.save(update_fields=["contacted_at"])
    if outcome in HOLDS_CONTACT:
        _hold(follow)
    if told := _TOLD_OF_ATTEMPT.get(outcome):
        referring.feed_back(follow.referral, told, at=follow.at)


def _hold(follow: Following) -> None:
    """Hold contact everywhere the case has gone from here, and wherever it goes next."""
    case = follow.referral.case_id
    Case.objects.filter(pk=case).update(contact=DirectContact.HELD)
    Referral.objects.filter(case=case).update(contact=DirectContact.HELD)
    follow.referral.contact = DirectContact.HELD
