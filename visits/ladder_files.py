"""A programme's own ladder, as an operator writes it and as its row keeps it.

    [{"kind": "nobodys", "hours": -12, "wakes": "desk", "unless": "taken"},
     {"kind": "due", "hours": 0, "wakes": "whose_and_managers", "unless": "contacted"}]

Hours count from the deadline. It must end by waking the managers, whatever was acknowledged, when
the time is up or after it: nobody is left waiting without somebody knowing.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from visits.ladder import LADDER, RungKind, Step
from visits.models import Audience, Programme, Unless

Steps = list[dict[str, Any]]
KEYS: Final = {"kind", "hours", "wakes", "unless"}
WAKES: Final = [Audience.DESK, Audience.WHOSE, Audience.WHOSE_AND_MANAGERS, Audience.MANAGERS]
UNLESS: Final = [Unless.TAKEN, Unless.ACTED, Unless.CONTACTED]
_MANAGERS: Final = {Audience.MANAGERS, Audience.WHOSE_AND_MANAGERS}
MOST_HOURS: Final = 168


class NoLadder(ValueError):
    """What was written is no ladder; the sentence says why."""


def ladder_of(programme: Programme | None) -> Sequence[Step]:
    """The steps of a programme's version; the house's own where it says nothing."""
    if programme is None or not programme.ladder:
        return LADDER
    return [
        Step(step["kind"], step["hours"], step["wakes"], step["unless"])
        for step in programme.ladder
    ]


def read_ladder(text: str) -> Steps:
    """The steps of a ladder from a file's text.

    :raises NoLadder: with a sentence that says what is wrong, and in which step.
    """
    try:
        steps = json.loads(text)
    except ValueError:
        raise NoLadder("The ladder is not written as JSON.") from None
    if not isinstance(steps, list) or not steps:
        raise NoLadder("A ladder is a list of one step or more.")
    for nth, step in enumerate(steps, 1):
        if sentence := _why_no_step(step):
            raise NoLadder(f"Step {nth}: {sentence}")
    if sentence := _why_no_ladder(steps):
        raise NoLadder(sentence)
    return steps


def _why_no_step(step: Any) -> str:
    if not isinstance(step, dict) or step.keys() != KEYS:
        return f"it says {', '.join(sorted(KEYS))}, and nothing else."
    for key, known in (("kind", RungKind.values), ("wakes", WAKES), ("unless", UNLESS)):
        if step[key] not in list(known):
            return f"“{key}” is one of {', '.join(known)}."
    hours = step["hours"]
    if isinstance(hours, bool) or not isinstance(hours, int | float) or abs(hours) > MOST_HOURS:
        return f"“hours” is a number between -{MOST_HOURS} and {MOST_HOURS}."
    return ""


def _why_no_ladder(steps: Steps) -> str:
    kinds = [step["kind"] for step in steps]
    if len(set(kinds)) < len(kinds):
        return "Each kind of step may stand in a ladder once."
    if any(below["hours"] >= above["hours"] for below, above in pairwise(steps)):
        return "The steps are in order of their hours, the earliest first."
    last = steps[-1]
    if last["hours"] < 0 or last["wakes"] not in _MANAGERS or last["unless"] != Unless.CONTACTED:
        return "The last step wakes the managers, at hour 0 or later, unless contacted."
    return ""
