"""What is next after so many attempts, in a sentence."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from directory.contact import DirectContact
from portal.spoken_time import day_and_time
from referrals.lifecycle import Status
from referrals.models import ContactHold, ContactRule
from referrals.safe_contact import Ways
from visits.models import ContactAttempt, FollowUp
from visits.trying import EXPECTED, Next, NextStep, Tried, next_step


def said(next_: Next, now: datetime) -> str:
    """`2 of 3 tried. Try again, another time of day: the next safe time is tomorrow at 9am.`"""
    if next_.step is NextStep.NOTHING:
        return ""
    count = f"{next_.made} of {next_.expected} tried. " if next_.made else ""
    if next_.step is not NextStep.TRY or next_.at is None:
        return f"{count}{next_.step.label}."
    what = "Try again, another time of day" if next_.is_other_time else _FIRST[bool(next_.made)]
    return f"{count}{what}: {_safe_time(next_.at, now)}."


_FIRST: Final = {False: "Not tried yet", True: "Try again"}


def _safe_time(at: datetime, now: datetime) -> str:
    if at <= now:
        return "it is a safe time now"
    return f"the next safe time is {day_and_time(at, now=now)}"


def next_of(follow_ups: Iterable[FollowUp], now: datetime) -> Mapping[UUID, str]:
    """What is next on each follow-up that was taken on, by its id: in three questions, for many."""
    taken = [each for each in follow_ups if each.referral.status == Status.ACCEPTED]
    cases = [each.referral.case_id for each in taken]
    rules: dict[UUID, dict[str, ContactRule]] = {}
    for rule in ContactRule.objects.filter(case__in=cases):
        rules.setdefault(rule.case_id, {})[rule.channel] = rule
    open_holds = ContactHold.objects.filter(case__in=cases, released_at=None)
    held = set(open_holds.values_list("case_id", flat=True))
    tried: dict[UUID, list[Tried]] = {}
    for attempt in ContactAttempt.objects.filter(follow_up__in=taken).order_by("at"):
        made = Tried(attempt.at, attempt.channel, attempt.outcome)
        tried.setdefault(attempt.follow_up_id, []).append(made)
    return {
        each.pk: said(
            next_step(
                tried.get(each.pk, []),
                Ways(
                    each.referral.case_id in held,
                    each.referral.contact == DirectContact.ALLOWED,
                    rules.get(each.referral.case_id, {}),
                ),
                now,
                expected=each.programme.attempts_expected if each.programme else EXPECTED,
            ),
            now,
        )
        for each in taken
        if each.ended_at is None and not each.contacted_at
    }
