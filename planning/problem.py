"""What the solver is told and what it answers. Nothing here can name anybody.

Ids are made anew for each run by whoever asks; areas, languages, genders and specialisms are
codes; all else is an instant or a number.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

SAME_AREA_MINUTES: Final = 15
OTHER_AREA_MINUTES: Final = 45


class Span(NamedTuple):
    """A time, from ``begins`` up to but not including ``ends``."""

    begins: datetime
    ends: datetime


class Want(StrEnum):
    """What somebody may want of the adviser who comes."""

    LANGUAGE = "language"
    GENDER = "gender"
    SPECIALISM = "specialism"


class Assignment(NamedTuple):
    """Who goes when; ``second`` is empty for a visit by one."""

    worker: str
    start: datetime
    second: str = ""


class Refusal(NamedTuple):
    """What a person said no to: this worker, this time, or (both given) the one at the other."""

    worker: str = ""
    start: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit to be made.

    It begins within ``window`` and lies within one of the ``safe`` times as a whole. ``deadline``
    is when it ought to have begun. What is wanted counts against an adviser who has it not; what
    is in ``must`` keeps such an adviser out. ``fixed`` is booked and stays; ``before`` is what was
    proposed last time.
    """

    id: str
    window: Span
    deadline: datetime
    minutes: int
    safe: tuple[Span, ...]
    area: str
    risk: int = 1
    language: str = ""
    gender: str = ""
    specialisms: frozenset[str] = frozenset()
    must: frozenset[Want] = frozenset()
    needs_second: bool = False
    forbidden: frozenset[str] = frozenset()
    refused: tuple[Refusal, ...] = ()
    fixed: Assignment | None = None
    before: Assignment | None = None

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody who visits. ``load`` counts the visits they have had; ``busy`` is other work."""

    id: str
    shifts: tuple[Span, ...]
    areas: frozenset[str]
    languages: frozenset[str] = frozenset()
    gender: str = ""
    specialisms: frozenset[str] = frozenset()
    may_visit_alone: bool = True
    load: int = 0
    busy: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """All there is to plan. Its order is its own: the same problem has the same answer."""

    visits: tuple[Visit, ...]
    workers: tuple[Worker, ...]
    now: datetime
    horizon: datetime
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)
    step_minutes: int = 10

    def minutes_between(self, here: str, there: str) -> int:
        """Travel from one area to another, or within one."""
        usual = SAME_AREA_MINUTES if here == there else OTHER_AREA_MINUTES
        return self.travel.get((here, there), usual)

    def as_plain(self) -> dict[str, Any]:
        """The problem as it could be written down: ids, codes, numbers and instants."""
        plain: dict[str, Any] = _plain(asdict(self) | {"travel": list(self.travel.items())})
        return plain


class Fact(NamedTuple):
    """A coded reason, and what it is about: instants, numbers, codes and ids of workers."""

    code: str
    about: Mapping[str, Any]


class Proposal(NamedTuple):
    """A visit with who should go and when, and why."""

    visit: str
    assignment: Assignment
    why: tuple[Fact, ...] = ()


class NotPlaced(NamedTuple):
    """A visit that fits nowhere, and why."""

    visit: str
    why: tuple[Fact, ...]


class How(StrEnum):
    """Where an answer comes from."""

    SOLVER = "solver"
    GREEDY = "greedy"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The answer. ``is_proven``: the solver knows of no better. ``was_cut``: the clock ran out, so
    a second run may find another."""

    proposals: tuple[Proposal, ...]
    not_placed: tuple[NotPlaced, ...]
    is_proven: bool
    was_cut: bool
    how: How
    seconds: float


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
