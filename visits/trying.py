"""The attempt ladder: from what was tried and what is safe, what is next. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time
from typing import Final, NamedTuple

from django.db import models

from directory.contact import DIRECT, REACHED, ContactChannel
from directory.safe_times import (
    LONDON,
    MIDNIGHT,
    SafeWindow,
    next_safe_time,
    windows_from_json,
)
from referrals.safe_contact import Ways, is_fresh

EXPECTED: Final = 3
"""How many attempts are owed where no programme says."""
PARTS_OF_DAY: Final = {
    "morning": (MIDNIGHT, time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), MIDNIGHT),
}


class NextStep(models.TextChoices):
    """What whoever has the case does next."""

    NOTHING = "nothing", "They were reached"
    FIND_A_WAY = "find_a_way", "Contact is held: find a safe way first"
    ASK_AGAIN = "ask_again", "Ask again how contact is safe"
    TRY = "try", "Try to be in touch"
    TRY_SAFE_PERSON = "try_safe_person", "Try the safe person"
    ASK_MANAGER = "ask_manager", "Nothing left to try: ask the manager to close or hold"


class Tried(NamedTuple):
    """One attempt, as far as the ladder looks at it."""

    at: datetime
    channel: str
    outcome: str


class Next(NamedTuple):
    """What is next; for a try, the safe time for it, and whether at another time of day."""

    step: NextStep
    at: datetime | None = None
    made: int = 0
    expected: int = EXPECTED
    is_other_time: bool = False


def next_step(
    tried: Sequence[Tried], ways: Ways, now: datetime, *, expected: int = EXPECTED
) -> Next:
    """What is next, after so many attempts of those expected.

    An attempt at a time of day that was not tried yet comes before the same time again; going
    through somebody she trusts comes last, and after that only a manager can say what is next.
    """
    made = len(tried)
    if any(each.outcome in REACHED for each in tried):
        return Next(NextStep.NOTHING, made=made, expected=expected)
    if ways.held:
        return Next(NextStep.FIND_A_WAY, made=made, expected=expected)
    usable = {channel for channel, rule in ways.rules.items() if is_fresh(rule, now)}
    windows = _windows(ways, usable & DIRECT)
    if windows and made < expected:
        return _try(tried, windows, now, expected)
    person = ContactChannel.SAFE_PERSON
    if person in usable and all(each.channel != person for each in tried):
        return Next(NextStep.TRY_SAFE_PERSON, made=made, expected=expected)
    is_stale = any(rule.allowed for rule in ways.rules.values()) and not windows
    step = NextStep.ASK_AGAIN if is_stale else NextStep.ASK_MANAGER
    return Next(step, made=made, expected=expected)


def _try(
    tried: Sequence[Tried], windows: Sequence[SafeWindow], now: datetime, expected: int
) -> Next:
    done = {part_of_day(each.at) for each in tried}
    other = _within(windows, PARTS_OF_DAY.keys() - done)
    at = next_safe_time(other, now) if other else next_safe_time(windows, now)
    return Next(NextStep.TRY, at, len(tried), expected, bool(other and done))


def part_of_day(at: datetime) -> str:
    """Morning, afternoon or evening, on her clock."""
    clock = at.astimezone(LONDON).time()
    spans = PARTS_OF_DAY.items()
    return next(name for name, (_, ends) in spans if ends == MIDNIGHT or clock < ends)


def _windows(ways: Ways, channels: Collection[str]) -> list[SafeWindow]:
    found = {each for name in channels for each in windows_from_json(ways.rules[name].windows)}
    return sorted(found)


def _within(windows: Iterable[SafeWindow], parts: Collection[str]) -> list[SafeWindow]:
    """The stretches of the windows that lie in these parts of the day."""
    cut = [
        SafeWindow(window.weekday, max(window.starts, starts), _earlier(window.ends, ends))
        for window in windows
        for starts, ends in (PARTS_OF_DAY[part] for part in parts)
        if (window.ends == MIDNIGHT or window.ends > starts)
        and (ends == MIDNIGHT or window.starts < ends)
    ]
    return sorted(cut)


def _earlier(one: time, other: time) -> time:
    """The earlier of two ends; midnight is the latest."""
    if MIDNIGHT in {one, other}:
        return other if one == MIDNIGHT else one
    return min(one, other)
