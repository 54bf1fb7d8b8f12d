"""Time in steps: sets of possible beginnings as the bits of one number, cut by simple rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from planning.problem import Problem, Span


@dataclass(frozen=True)
class Grid:
    """The steps from now to the horizon. Bit *n* of a set stands for a beginning at step *n*."""

    origin: datetime
    step: timedelta
    size: int

    @classmethod
    def of(cls, problem: Problem) -> "Grid":
        """The grid of a problem: whole steps of the clock, from the first that is not past."""
        step = timedelta(minutes=problem.step_minutes)
        midnight = problem.now.replace(hour=0, minute=0, second=0, microsecond=0)
        origin = midnight + -((midnight - problem.now) // step) * step
        return cls(origin, step, max((problem.horizon - origin) // step, 0))

    @property
    def everything(self) -> int:
        """Every step."""
        return (1 << self.size) - 1

    def at(self, slot: int) -> datetime:
        """The instant of a step."""
        return self.origin + slot * self.step

    def slot(self, instant: datetime) -> int:
        """The last step not after an instant."""
        return (instant - self.origin) // self.step

    def steps(self, minutes: int) -> int:
        """So many minutes in steps, rounded up."""
        return -(timedelta(minutes=-minutes) // self.step)

    def between(self, first: datetime, last: datetime) -> int:
        """The steps from one instant up to and including another."""
        low = max(-((self.origin - first) // self.step), 0)
        high = min(self.slot(last), self.size - 1)
        return ((1 << high - low + 1) - 1) << low if high >= low else 0

    def within(self, spans: Iterable[Span], length: timedelta) -> int:
        """Where something so long can begin and end inside one of the spans."""
        found = 0
        for span in spans:
            found |= self.between(span.begins, span.ends - length)
        return found

    def clear_of(self, span: Span, before: timedelta, after: timedelta) -> int:
        """Where something begins that is over ``before`` the span, or ``after`` its end."""
        earlier = self.between(self.origin, span.begins - before)
        return earlier | self.between(span.ends + after, self.at(self.size))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.begins <= made[-1].ends:
            made[-1] = Span(made[-1].begins, max(made[-1].ends, span.ends))
        else:
            made.append(span)
    return tuple(made)


def first_of(slots: int) -> int:
    """The earliest step of a set that is not empty."""
    return (slots & -slots).bit_length() - 1


def last_of(slots: int) -> int:
    """The latest step of a set that is not empty."""
    return slots.bit_length() - 1


def runs_of(slots: int) -> Iterator[tuple[int, int]]:
    """The unbroken runs of a set, first and last step of each."""
    while slots:
        first = first_of(slots)
        length = first_of(~(slots >> first))
        yield first, first + length - 1
        slots &= ~(((1 << length) - 1) << first)
