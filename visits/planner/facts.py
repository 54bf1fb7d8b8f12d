"""Facts of a plan as they are stored and as they are said: codes and instants both ways."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from directory.abilities import AdviserGender, Language, Specialism
from directory.areas import AREAS
from planning.explain import help_for, sentence
from planning.problem import Fact

WORDS: Final[Mapping[str, str]] = {
    **{str(code): str(label) for code, label in Language.choices},
    **{str(code): str(label) for code, label in AdviserGender.choices},
    **{str(code): str(label) for code, label in Specialism.choices},
    **{area.code: area.name for area in AREAS.values()},
}
LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "not_taken": ("Nobody has taken it yet.", "Take it on the duty desk, then plan again."),
    "paused": ("Its clock is paused.", "Look whether the reason for the pause still holds."),
    "contact_held": (
        "Contact is held: nobody may contact them directly.",
        "Ask the referrer for a safe way, and release it when there is one.",
    ),
}
"""What keeps a follow-up out of any plan, and what would help."""
_INSTANTS: Final = frozenset({"deadline", "before", "next", "from"})


def as_stored(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Facts as a row holds them."""
    return [{"code": str(fact.code), **_stored(fact.about)} for fact in facts]


def _stored(about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        ("what" if key == "code" else key): value.isoformat()
        if isinstance(value, datetime)
        else value
        for key, value in about.items()
    }


def _fact(stored: Mapping[str, Any]) -> Fact:
    about = {
        ("code" if key == "what" else key): datetime.fromisoformat(value)
        if key in _INSTANTS and value
        else value
        for key, value in stored.items()
        if key != "code"
    }
    return Fact(stored["code"], about)


def sentences(stored: Iterable[Mapping[str, Any]], *, now: datetime) -> list[str]:
    """What a row's facts say, one sentence each."""
    return [_said(each, now) for each in stored]


def helps(stored: Iterable[Mapping[str, Any]], *, now: datetime) -> list[str]:
    """What would help, by the same facts."""
    found = [_help(each, now) for each in stored]
    return [each for each in found if each]


def _said(stored: Mapping[str, Any], now: datetime) -> str:
    left = LEFT_OUT.get(stored["code"])
    return left[0] if left else sentence(_fact(stored), WORDS, now)


def _help(stored: Mapping[str, Any], now: datetime) -> str:
    left = LEFT_OUT.get(stored["code"])
    return left[1] if left else help_for(_fact(stored), WORDS, now)
