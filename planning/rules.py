"""The hard rules of who may go, one by one and in the order in which their failing is told."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from planning.problem import Visit, Want, Worker


class Rule(StrEnum):
    """What can keep somebody from a visit, whatever the time."""

    AREA = "area"
    LANGUAGE = "language"
    GENDER = "gender"
    SPECIALISM = "specialism"
    CONFLICT = "conflict"
    ALONE = "alone"


def speaks(visit: Visit, worker: Worker) -> bool:
    """Whether the worker speaks what is wanted."""
    return not visit.language or visit.language in worker.languages


def is_of_gender(visit: Visit, worker: Worker) -> bool:
    """Whether the worker is of the gender wanted."""
    return not visit.gender or visit.gender == worker.gender


def knows(visit: Visit, worker: Worker) -> bool:
    """Whether the worker has every specialism wanted."""
    return visit.specialisms <= worker.specialisms


HAS: Final[Mapping[Want, Callable[[Visit, Worker], bool]]] = {
    Want.LANGUAGE: speaks,
    Want.GENDER: is_of_gender,
    Want.SPECIALISM: knows,
}


def _unless_must(want: Want) -> Callable[[Visit, Worker], bool]:
    return lambda visit, worker: want not in visit.must or HAS[want](visit, worker)


_LEADS: Final[Mapping[Rule, Callable[[Visit, Worker], bool]]] = {
    Rule.AREA: lambda visit, worker: visit.area in worker.areas,
    Rule.LANGUAGE: _unless_must(Want.LANGUAGE),
    Rule.GENDER: _unless_must(Want.GENDER),
    Rule.SPECIALISM: _unless_must(Want.SPECIALISM),
    Rule.CONFLICT: lambda visit, worker: worker.id not in visit.forbidden,
    Rule.ALONE: lambda visit, worker: visit.needs_second or worker.may_visit_alone,
}
_FOLLOWS: Final = (Rule.AREA, Rule.GENDER, Rule.CONFLICT)
"""Of a second worker only these are asked: the first is there for the rest."""


def keeps(rule: Rule, visit: Visit, worker: Worker) -> bool:
    """Whether the worker may lead the visit as far as this rule goes."""
    return _LEADS[rule](visit, worker)


def may_lead(visit: Visit, worker: Worker) -> bool:
    """Whether every rule lets the worker lead the visit."""
    return all(rule(visit, worker) for rule in _LEADS.values())


def may_follow(visit: Visit, worker: Worker) -> bool:
    """Whether the worker may come as the second."""
    return all(_LEADS[rule](visit, worker) for rule in _FOLLOWS)


def missing(visit: Visit, worker: Worker) -> list[Want]:
    """What is wanted that this worker has not."""
    return [want for want, has in HAS.items() if not has(visit, worker)]
