"""The facts of a plan said in plain English, on the clock of the region."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from planning.problem import Fact, Want
from planning.reasons import Why
from planning.rules import Rule

LONDON: Final = ZoneInfo("Europe/London")
NOON: Final = 12
Words = Mapping[str, str]
"""What codes are called: languages, genders, specialisms, areas."""


def sentence(fact: Fact, words: Words, now: datetime) -> str:
    """What a fact says, as one sentence."""
    return _SAID[Why(fact.code)](_Said(fact.about, words, now))


def help_for(fact: Fact, words: Words, now: datetime) -> str:
    """What would help with a visit that was not placed; empty for any other fact."""
    say = _HELPS.get(Why(fact.code))
    return say(_Said(fact.about, words, now)) if say else ""


class _Said:
    """What a fact is about, in words."""

    def __init__(self, about: Mapping[str, Any], words: Words, now: datetime) -> None:
        self.about, self.words, self.now = about, words, now

    def called(self, key: str = "code") -> str:
        """What a code is called."""
        code = str(self.about.get(key, ""))
        return " and ".join(self.words.get(each, each) for each in code.split(", "))

    def at(self, key: str) -> str:
        """An instant; empty for none."""
        instant = self.about.get(key)
        return moment(instant, now=self.now) if instant else ""

    def who(self) -> str:
        """Those a rule leaves: `Polish speaker`, `woman`, `adviser for Wirral`."""
        code = self.called()
        return {
            Rule.AREA: f"adviser for {code}",
            Rule.LANGUAGE: f"{code} speaker",
            Rule.GENDER: f"adviser of the gender asked for ({code.lower()})",
            Rule.SPECIALISM: f"adviser who knows {code.lower()}",
            Rule.CONFLICT: "adviser without a conflict of interest",
            Rule.ALONE: "adviser who may visit alone",
        }[Rule(self.about["rule"])]


def moment(at: datetime, *, now: datetime) -> str:
    """`6:20pm`, `tomorrow at 9am`, `Mon 30 November at noon`."""
    local = at.astimezone(LONDON)
    days = (local.date() - now.astimezone(LONDON).date()).days
    day = {0: "", 1: "tomorrow at "}.get(days, f"{local:%a} {local.day} {local:%B} at ")
    return f"{day}{_clock(local)}"


def _clock(local: datetime) -> str:
    if local.minute == 0 and local.hour in {0, NOON}:
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % NOON or NOON}{minutes}{'am' if local.hour < NOON else 'pm'}"


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]
    return " ".join(filter(None, parts))


def _has(said: _Said) -> str:
    return {
        Want.LANGUAGE: f"Speaks {said.called()}, as wanted.",
        Want.GENDER: f"Of the gender asked for ({said.called().lower()}).",
        Want.SPECIALISM: f"Knows {said.called().lower()}, as wanted.",
    }[Want(said.about["want"])]


def _lacks(said: _Said) -> str:
    want = {
        Want.LANGUAGE: ("Speaks no {}", "{} speaker"),
        Want.GENDER: ("Not of the gender asked for ({})", "such adviser"),
        Want.SPECIALISM: ("Has no training in {}", "adviser with it"),
    }[Want(said.about["want"])]
    code = said.called() if said.about["want"] == Want.LANGUAGE else said.called().lower()
    lack, who = (part.format(code) for part in want)
    if not said.about["next"]:
        return f"{lack}: no {who} is on shift at a safe time in the days planned."
    if said.about["is_here"]:
        return f"{lack}: every {who} who could come is needed at another visit."
    return f"{lack}: no {who} is on shift at a safe time before {said.at('next')}."


def _not_on_shift(said: _Said) -> str:
    if said.about["next"]:
        return f"No {said.who()} is on shift at a safe time before {said.at('next')}."
    return f"No {said.who()} is on shift at a safe time in the days planned."


def _safe_too_late(said: _Said) -> str:
    if said.about["next"]:
        return (
            f"The next safe time is {said.at('next')}, after the window ends ({said.at('before')})."
        )
    return f"There is no safe time before the window ends ({said.at('before')})."


_SAID: Final[Mapping[Why, Callable[[_Said], str]]] = {
    Why.IN_TIME: lambda said: f"In time: due by {said.at('deadline')}.",
    Why.LATE: lambda said: (
        f"Late by {_length(said.about['minutes'])}: it was due by {said.at('deadline')}."
    ),
    Why.HAS: _has,
    Why.LACKS: _lacks,
    Why.ONLY_ONE: lambda _: "Nobody else could go.",
    Why.SECOND: lambda _: "Two go, because this visit is marked for a second worker.",
    Why.KEPT: lambda _: "As proposed before.",
    Why.MOVED: lambda said: f"Changed: it was proposed for {said.at('from')} before.",
    Why.NO_SAFE_TIME: lambda _: "No safe time is recorded.",
    Why.SAFE_TIME_TOO_SHORT: lambda said: (
        f"No safe time is long enough for a visit of {_length(said.about['minutes'])}."
    ),
    Why.SAFE_TOO_LATE: _safe_too_late,
    Why.NOBODY: lambda said: f"There is no {said.who()}.",
    Why.NOT_ON_SHIFT: _not_on_shift,
    Why.ALL_BOOKED: lambda said: (
        f"Everybody who could go is booked at the safe times before {said.at('before')}."
    ),
    Why.NO_SECOND: lambda said: (
        f"No two workers are free together at a safe time before {said.at('before')}."
    ),
    Why.NEEDED_ELSEWHERE: lambda said: (
        f"Everybody who could go before {said.at('before')} is needed at another visit."
    ),
}

_HELPS: Final[Mapping[Why, Callable[[_Said], str]]] = {
    Why.NO_SAFE_TIME: lambda _: "Ask the referrer when it is safe.",
    Why.SAFE_TIME_TOO_SHORT: lambda _: "Plan a shorter visit, or ask for another safe time.",
    Why.SAFE_TOO_LATE: lambda _: "Book the next safe time by hand, saying why it is late.",
    Why.NOBODY: lambda said: (
        f"Ask another service for an {said.who()}, or change what the visit needs."
        if said.who()[0] in "aA"
        else f"Ask another service for a {said.who()}, or change what the visit needs."
    ),
    Why.NOT_ON_SHIFT: lambda said: (
        "Call somebody in, change what the visit needs, or book by hand"
        + (f" from {said.at('next')}." if said.about["next"] else " with a reason.")
    ),
    Why.ALL_BOOKED: lambda _: "Move a booked visit that is less urgent, or call somebody in.",
    Why.NO_SECOND: lambda _: "Call a second worker in, or meet where one is enough.",
    Why.NEEDED_ELSEWHERE: lambda _: "Call somebody in, or choose which visit can wait.",
}
