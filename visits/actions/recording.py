"""Recording each attempt to be in touch, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import Membership
from accounts.roles import Permission
from directory.contact import (
    ASKS_THE_REFERRER,
    HOLDS_CONTACT,
    REACHED,
    AskAgain,
    AttemptOutcome,
    ContactChannel,
    ContactWanted,
    SafetyConcern,
    WhoAnswered,
)
from notices.outbox import owe
from referrals import actions as referring
from referrals.actions.joining import joined_with
from referrals.clear_facts import check_code
from referrals.conflicts import told_about
from referrals.errors import NotWellFormed
from referrals.models import ContactRule
from referrals.models.referral import Feedback
from referrals.safe_contact import judged, ways_of
from referrals.ways import hold, mark_ask_again, words_of
from visits.actions._following_up import Following, following, keep_note
from visits.clock import SKEW
from visits.ladder import owe_rung
from visits.models import Audience, ContactAttempt, VisitKind
from visits.standing_down import TRY_AGAIN, forget_next_tries, stand_down

_TOLD_OF_ATTEMPT: Final = {
    AttemptOutcome.SPOKE: Feedback.CONTACTED,
    AttemptOutcome.DECLINED: Feedback.CHOSE_NOT_TO,
    AttemptOutcome.SOMEBODY_ELSE_ANSWERED: Feedback.NOT_SAFE,
    AttemptOutcome.WRONG_CODE_WORD: Feedback.NOT_SAFE,
    AttemptOutcome.TOO_DANGEROUS: Feedback.NOT_SAFE,
}
_CODES: Final = {
    "channel": ContactChannel.values,
    "outcome": AttemptOutcome.values,
    "who_answered": ["", *WhoAnswered.values],
    "concern": ["", *SafetyConcern.values],
}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt to be in touch. ``note`` is sealed in the agency's own notes.

    ``next_at`` is when it is to be tried again; whose it is is woken then.
    """

    channel: str
    outcome: str
    at: datetime
    message_left: bool = False
    outside_reason: str = ""
    who_answered: str = ""
    concern: str = ""
    next_at: datetime | None = None
    note: str = ""


def record_attempt(reference: str, attempt: Attempt, *, by: Membership) -> ContactAttempt:
    """Record an attempt. Somebody else answering holds all contact at once, reason or none.

    What was planned before is settled by it; after some outcomes the referrer is asked for a
    better way.

    :raises NotWellFormed: for a time in the future or before the police visit, or one outside
        her safe times without a reason.
    """
    with following("attempt", reference, by=by) as follow:
        ways = ways_of(follow.referral.case_id, follow.referral.contact)
        safe = judged(ways, attempt.channel, attempt.at).allowed
        _check(attempt, follow, safe=safe)
        row = _kept(attempt, follow, ways.rules.get(attempt.channel), safe=safe, by=by)
        _follow_from(attempt, row, follow, by)
        keep_note(reference, attempt.note, by)
        return row


def _check(attempt: Attempt, follow: Following, *, safe: bool) -> None:
    for name, codes in _CODES.items():
        check_code(name, getattr(attempt, name), codes)
    if attempt.at > follow.at + SKEW:
        raise NotWellFormed("at", "An attempt cannot lie in the future.")
    if attempt.at < follow.follow_up.visit_ended_at - SKEW:
        raise NotWellFormed("at", "An attempt cannot lie before the police visit.")
    if attempt.outcome in HOLDS_CONTACT:
        return  # contact is held first; whoever gave up over a reason would leave it allowed
    if not safe and not attempt.outside_reason:
        raise NotWellFormed("outside_reason", "This was outside their safe times: say why.")
    if attempt.next_at and attempt.next_at <= follow.at:
        raise NotWellFormed("next_at", "The next attempt must lie in the future.")


def _kept(
    attempt: Attempt, follow: Following, rule: ContactRule | None, *, safe: bool, by: Membership
) -> ContactAttempt:
    somebody_else = attempt.outcome == AttemptOutcome.SOMEBODY_ELSE_ANSWERED
    holds = attempt.outcome in HOLDS_CONTACT
    return ContactAttempt.objects.create(
        follow_up=follow.follow_up,
        agency_id=by.agency_id,
        number=ContactAttempt.objects.filter(follow_up=follow.follow_up).count() + 1,
        at=attempt.at,
        channel=attempt.channel,
        outcome=attempt.outcome,
        in_safe_time=safe,
        outside_reason=attempt.outside_reason,
        rule=rule,
        rule_version=rule.version if rule else None,
        who_answered=attempt.who_answered or (WhoAnswered.UNKNOWN if somebody_else else ""),
        message_left=attempt.message_left,
        concern=attempt.concern,
        next_at=None if holds else attempt.next_at,
        by=by,
        recorded_at=follow.at,
    )


def _follow_from(attempt: Attempt, row: ContactAttempt, follow: Following, by: Membership) -> None:
    outcome = AttemptOutcome(attempt.outcome)
    if outcome in REACHED and not follow.follow_up.contacted_at:
        follow.follow_up.contacted_at = attempt.at
        follow.follow_up.save(update_fields=["contacted_at"])
    forget_next_tries(follow.follow_up, at=follow.at)
    if row.next_at:
        _plan(row, row.next_at, follow)
    if outcome in HOLDS_CONTACT:
        _hold(outcome, row, follow, by)
    if outcome == AttemptOutcome.WRONG_NUMBER:
        _distrust_the_number(attempt.channel, follow, by)
    if told := _TOLD_OF_ATTEMPT.get(outcome):
        referring.feed_back(follow.referral, told, at=follow.at)
    if outcome in ASKS_THE_REFERRER:
        number = outcome == AttemptOutcome.WRONG_NUMBER
        wanted = ContactWanted.NUMBER if number else ContactWanted.WAY
        referring.ask_for_contact(follow.referral, wanted, at=follow.at)


def _plan(row: ContactAttempt, next_at: datetime, follow: Following) -> None:
    owe_rung(
        row.pk,
        TRY_AGAIN,
        next_at,
        agency_id=row.agency_id,
        reference=follow.referral.reference,
        to=Audience.WHOSE,
    )


def _hold(reason: str, row: ContactAttempt, follow: Following, by: Membership) -> None:
    """Nobody tries again in any way, nothing that is booked goes ahead, and who answers for the
    case is told at once."""
    case_id, referral = follow.referral.case_id, follow.referral
    hold(case_id, reason, referral, by=by, at=follow.at)
    for each in (case_id, *joined_with(case_id, by)):
        stand_down(each, at=follow.at)
    managers = Membership.objects.holding(Permission.MANAGE).filter(agency=row.agency_id)
    told = [*managers.exclude(user=None), *([referral.assigned_to] if referral.assigned_to else [])]
    told = told_about(told, case_id, row.agency_id)
    owe(told, kind="follow_up.held", reference=referral.reference, dedupe=f"{row.pk}:held")


def _distrust_the_number(channel: str, follow: Following, by: Membership) -> None:
    """Nobody rings a number again that was wrong, whichever way it was to be used."""
    case_id = follow.referral.case_id
    said = words_of(case_id, by.agency_id)
    number = said.get(channel, {}).get("phone")
    channels = [each for each, words in said.items() if number and words.get("phone") == number]
    wrong = ContactRule.objects.filter(case=case_id, channel__in=[channel, *channels])
    mark_ask_again(wrong, AskAgain.WRONG_NUMBER, at=follow.at)
    stand_down(case_id, at=follow.at, kinds=[VisitKind.CALL])
