"""When each worker could begin each visit: sets of steps, cut by every rule about time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from planning.grid import Grid, joined
from planning.problem import Assignment, Problem, Span, Visit, Worker

NO_TIME: Final = timedelta(0)


class Seat(NamedTuple):
    """One shift of one worker, both by their place in the problem."""

    worker: int
    shift: int


@dataclass(frozen=True)
class Times:
    """The times of a problem, worker by worker and shift by shift."""

    problem: Problem
    grid: Grid

    @classmethod
    def of(cls, problem: Problem) -> "Times":
        """The times of a problem, on its grid."""
        return cls(problem, Grid.of(problem))

    @cached_property
    def shifts(self) -> list[tuple[Span, ...]]:
        """Each worker's shifts, those that touch made one."""
        return [joined(worker.shifts) for worker in self.problem.workers]

    @cached_property
    def fixed(self) -> Mapping[str, list[tuple[Visit, datetime]]]:
        """By worker, the visits that are fixed and when they begin."""
        found: dict[str, list[tuple[Visit, datetime]]] = {}
        for visit in self.problem.visits:
            if visit.fixed:
                for who in filter(None, (visit.fixed.worker, visit.fixed.second)):
                    found.setdefault(who, []).append((visit, visit.fixed.start))
        return found

    def safe(self, visit: Visit) -> int:
        """When the whole visit is at a safe time, in its window or not."""
        return self.grid.within(joined(visit.safe), visit.length)

    def window(self, visit: Visit) -> int:
        """When it may begin."""
        return self.grid.between(visit.window.begins, visit.window.ends)

    def on_shift(self, visit: Visit, seat: Seat) -> int:
        """When the whole visit lies in the shift."""
        return self.grid.within([self.shifts[seat.worker][seat.shift]], visit.length)

    def free(self, visit: Visit, worker: Worker) -> int:
        """When the worker is at nothing else that stands, and can be there from it in time."""
        slots = self.grid.everything & ~self._refused(visit, worker)
        for span in worker.busy:
            slots &= self.grid.clear_of(span, visit.length, NO_TIME)
        for other, start in self.fixed.get(worker.id, ()):
            slots &= self.clear_of(visit, other, start)
        return slots

    def clear_of(self, visit: Visit, other: Visit, start: datetime) -> int:
        """When the visit can begin if the same worker goes to another that begins at ``start``."""
        there = self.problem.minutes_between(visit.area, other.area)
        back = self.problem.minutes_between(other.area, visit.area)
        taken = Span(start, start + other.length)
        before = visit.length + timedelta(minutes=there)
        return self.grid.clear_of(taken, before, timedelta(minutes=back))

    def seats(self, visit: Visit) -> Iterator[tuple[Seat, int]]:
        """The seats the visit fits into, with its times there, whoever it is that sits there."""
        asked = self.window(visit) & self.safe(visit)
        for number, worker in enumerate(self.problem.workers):
            if free := asked and asked & self.free(visit, worker):
                for shift in range(len(self.shifts[number])):
                    seat = Seat(number, shift)
                    if slots := free & self.on_shift(visit, seat):
                        yield seat, slots

    def _refused(self, visit: Visit, worker: Worker) -> int:
        slots = 0
        for refusal in visit.refused:
            if refusal.worker in {"", worker.id}:
                at = refusal.start
                slots |= self.grid.everything if at is None else self.grid.between(at, at)
        return slots


def who_goes(assignment: Assignment) -> tuple[str, ...]:
    """Everybody an assignment sends."""
    return tuple(filter(None, (assignment.worker, assignment.second)))
