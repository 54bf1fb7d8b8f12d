"""The one gate: may anybody try to reach her, in this way, at this moment?

Whatever shows a number, starts a call or books asks here, and what is not expressly allowed is
refused. Only what was recorded as safe counts, by the channel it was recorded for: a number the
police happen to know is no safe number.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import models

from directory.contact import DIRECT, AskAgain, ContactChannel, DirectContact
from directory.safe_times import SafeWindow, in_words, is_safe_at, windows_from_json
from referrals.errors import MoveNotAllowed
from referrals.models import ContactHold, ContactRule, Referral

CONFIRMATION_LASTS: Final = timedelta(days=14)
"""How long what she said of a way to reach her may be relied on."""


class Refusal(models.TextChoices):
    """Why nobody may, most grave first."""

    ON_HOLD = "on_hold", "Contact is held"
    NOTHING_RECORDED = "nothing_recorded", "Nothing is recorded"
    NOT_THIS_WAY = "not_this_way", "Not in this way"
    ASK_AGAIN = "ask_again", "Ask again"
    OUTSIDE_TIMES = "outside_times", "Outside the safe times"


_GRAVITY: Final = {reason: place for place, reason in enumerate(Refusal.values)}


class Verdict(NamedTuple):
    """Whether it is allowed; if not, a code and a sentence that say why not."""

    allowed: bool
    reason: str
    sentence: str


class ContactRefused(MoveNotAllowed):
    """Nobody may reach her in this way now. ``reason`` is a code of :class:`Refusal`."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.reason = verdict.reason


class Ways(NamedTuple):
    """Everything the gate decides from: whether contact is held, and the rule of each channel."""

    held: bool
    is_direct: bool
    rules: Mapping[str, ContactRule]


ALLOWED: Final = Verdict(allowed=True, reason="", sentence="")


def ways_of(case_id: UUID, contact: str = DirectContact.ALLOWED) -> Ways:
    """What the asker's agency knows of how she may be reached.

    An agency that was not given the contact part knows of no way, and so may use none.
    ``contact`` is the summary of the referral it acts on: what that holds is held.
    """
    rules = ContactRule.objects.filter(case=case_id)
    held = ContactHold.objects.filter(case=case_id, released_at=None).exists()
    return Ways(held, contact == DirectContact.ALLOWED, {rule.channel: rule for rule in rules})


def may_contact(
    referral: Referral, channel: str, at: datetime, *, outside_reason: str = ""
) -> Verdict:
    """Whether she may be reached through a channel at an instant.

    A coded ``outside_reason`` stands in for a safe time, and for nothing else.
    """
    return judged(
        ways_of(referral.case_id, referral.contact), channel, at, outside_reason=outside_reason
    )


def judged(ways: Ways, channel: str, at: datetime, *, outside_reason: str = "") -> Verdict:
    """The verdict on one channel. Pure: it decides from the rows it is given."""
    rule = ways.rules.get(channel)
    if ways.held:
        return _no(Refusal.ON_HOLD, "Contact is held: nobody may try to reach them.")
    if rule is None:
        how = ContactChannel(channel).label
        return _no(Refusal.NOTHING_RECORDED, f"No safe way is recorded for: {how}.")
    if not rule.allowed or (channel in DIRECT and not ways.is_direct and is_fresh(rule, at)):
        how = ContactChannel(channel).label
        return _no(Refusal.NOT_THIS_WAY, f"Contact is held for: {how}.")
    if why := why_ask_again(rule, at):
        return _no(
            Refusal.ASK_AGAIN, f"{AskAgain(why).label}: ask them again before you rely on it."
        )
    windows = windows_from_json(rule.windows)
    if not outside_reason and not is_safe_at(windows, at):
        return _no(Refusal.OUTSIDE_TIMES, f"Not a safe time. Safe times: {in_words(windows)}.")
    return ALLOWED


def judged_any(
    ways: Ways, channels: Iterable[str], at: datetime, *, outside_reason: str = ""
) -> Verdict:
    """Allowed if one of the channels is; else the refusal that comes nearest to a yes."""
    verdicts = [judged(ways, each, at, outside_reason=outside_reason) for each in channels]
    refusals = sorted(verdicts, key=lambda verdict: _GRAVITY.get(verdict.reason, len(_GRAVITY)))
    return refusals[-1]


def why_ask_again(rule: ContactRule, at: datetime) -> str:
    """Why a rule may not be relied on at an instant; empty when it may."""
    if rule.ask_again:
        return rule.ask_again
    if rule.expires_at and at >= rule.expires_at:
        return AskAgain.EXPIRED
    if rule.confirmed_at is None or at >= rule.confirmed_at + CONFIRMATION_LASTS:
        return AskAgain.NOT_CONFIRMED
    return ""


def is_fresh(rule: ContactRule, at: datetime) -> bool:
    """Whether a rule that allows contact may be relied on."""
    return rule.allowed and not why_ask_again(rule, at)


class Summary(NamedTuple):
    """What previews, clocks and the planner read: whether and when, never how."""

    contact: str
    windows: Sequence[SafeWindow]


def summary_of(ways: Ways, at: datetime) -> Summary:
    """The clear summary of the rules. Going through somebody she trusts is not direct contact."""
    direct = [rule for rule in ways.rules.values() if rule.channel in DIRECT]
    relied_on = [rule for rule in direct if is_fresh(rule, at)]
    spoken_of = relied_on or [rule for rule in direct if rule.allowed] or ways.rules.values()
    windows = {window for rule in spoken_of for window in windows_from_json(rule.windows)}
    may = not ways.held and any(rule.windows for rule in relied_on)
    contact = DirectContact.ALLOWED if may else DirectContact.HELD
    return Summary(contact, sorted(windows))


def _no(reason: Refusal, sentence: str) -> Verdict:
    return Verdict(allowed=False, reason=reason, sentence=sentence)
