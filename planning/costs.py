"""What a plan costs, level by level: a lower level never outweighs the one before it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from planning.grid import joined
from planning.problem import Assignment, Problem, Visit, Worker
from planning.rules import missing
from planning.times import who_goes

Assignments = Mapping[str, Assignment]


class Cost(NamedTuple):
    """What is minimised, the first first."""

    not_placed: int
    late_minutes: int
    missing: int
    moved: int
    travel: int
    unfairness: int


def cost_of(problem: Problem, made: Assignments) -> Cost:
    """The cost of what was made of a problem, fixed visits included in travel and load."""
    workers = {worker.id: worker for worker in problem.workers}
    fixed = {visit.id: visit.fixed for visit in problem.visits if visit.fixed}
    all_of_it = {**made, **fixed}
    open_ones = [visit for visit in problem.visits if not visit.fixed]
    placed = [(visit, made[visit.id]) for visit in open_ones if visit.id in made]
    return Cost(
        not_placed=sum(visit.risk for visit in open_ones if visit.id not in made),
        late_minutes=sum(visit.risk * minutes_late(visit, to.start) for visit, to in placed),
        missing=sum(len(missing(visit, workers[to.worker])) for visit, to in placed),
        moved=sum(visit.before not in {None, made.get(visit.id)} for visit in open_ones),
        travel=sum(_travel(problem, worker, all_of_it) for worker in problem.workers),
        unfairness=_spread(problem.workers, all_of_it),
    )


def minutes_late(visit: Visit, start: datetime) -> int:
    """How long after its deadline a visit would begin."""
    return max(int((start - visit.deadline).total_seconds() // 60), 0)


def _travel(problem: Problem, worker: Worker, made: Assignments) -> int:
    """Minutes on the road between one worker's visits, shift by shift."""
    goes: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    shifts = joined(worker.shifts)
    for visit in problem.visits:
        to = made.get(visit.id)
        if to and worker.id in who_goes(to):
            nth = sum(shift.begins <= to.start for shift in shifts)
            goes[nth].append((to.start, visit.area))
    return sum(
        problem.minutes_between(here, there)
        for stops in goes.values()
        for (_, here), (_, there) in pairwise(sorted(stops))
    )


def _spread(workers: Sequence[Worker], made: Assignments) -> int:
    """How many visits more the busiest of those on shift has than the idlest."""
    loads = {worker.id: worker.load for worker in workers if worker.shifts}
    for to in made.values():
        for who in who_goes(to):
            if who in loads:
                loads[who] += 1
    return max(loads.values(), default=0) - min(loads.values(), default=0)
