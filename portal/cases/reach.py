"""How a person may be reached, laid out for the pages of a case. No number and no code word."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from directory.contact import AskAgain, ContactChannel
from directory.safe_times import in_words, windows_from_json
from portal.spoken_time import day_and_time
from referrals.models import ContactRule
from referrals.safe_contact import Ways, judged, why_ask_again

Words = Mapping[str, Mapping[str, str]]


class ShownWay(NamedTuple):
    """One way as a page says it: what it is, whether it may be used, and its words."""

    channel: str
    title: str
    standing: str
    may_now: bool
    lines: list[str]


def shown_ways(ways: Ways, words: Words, at: datetime) -> list[ShownWay]:
    """Every way that was spoken of, what may be used first."""
    shown = [_shown(rule, ways, words.get(rule.channel, {}), at) for rule in ways.rules.values()]
    return sorted(shown, key=lambda way: (not way.may_now, way.title))


def lines_of(ways: Iterable[ShownWay]) -> list[str]:
    """The ways in a few short lines, for the heading of a page, which ends each with a stop."""
    return [
        line.rstrip(".")
        for way in ways
        for line in (f"{way.title}: {way.standing}", *way.lines[:_HEADLINES])
    ]


_HEADLINES = 3


def _shown(rule: ContactRule, ways: Ways, words: Mapping[str, str], at: datetime) -> ShownWay:
    verdict = judged(ways, rule.channel, at)
    return ShownWay(
        rule.channel,
        str(ContactChannel(rule.channel).label),
        standing_of(rule, at) if verdict.allowed or not ways.held else "held",
        verdict.allowed,
        [line for line in _lines(rule, words) if line],
    )


def standing_of(rule: ContactRule, at: datetime) -> str:
    """`Allowed`, `held`, or why to ask again."""
    if not rule.allowed:
        return "held"
    why = why_ask_again(rule, at)
    return f"ask again. {AskAgain(why).label}" if why else "allowed"


def _lines(rule: ContactRule, words: Mapping[str, str]) -> list[str]:
    windows, now = windows_from_json(rule.windows), timezone.now()
    confirmed = day_and_time(rule.confirmed_at, now=now) if rule.confirmed_at else ""
    until = day_and_time(rule.expires_at, now=now) if rule.expires_at else ""
    return [
        f"Safe times: {in_words(windows)}" if windows else "Safe times not known",
        _after("What to say", words.get("what_to_say")),
        _after("Go through", words.get("safe_person")),
        _after("Who may answer", words.get("who_may_answer")),
        _after("May a message be left", _SAID.get(words.get("leave_message", ""))),
        "Only from a withheld number" if words.get("withheld_only") == "yes" else "",
        "Do not say who we are" if words.get("anonymous") == "yes" else "",
        _after("If somebody else answers, say", words.get("if_not_them")),
        f"Confirmed {confirmed}" if confirmed else "Not confirmed",
        _after("Agreed until", until),
    ]


_SAID = {"yes": "Yes", "no": "No", "not_known": "Not known"}


def _after(label: str, said: str | None) -> str:
    return f"{label}: {said}" if said else ""
