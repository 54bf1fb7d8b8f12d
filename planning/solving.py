"""Planning: a quick plan first, then one neighbourhood of it after the other solved outright.

A region's evening is too much to solve at once in a second. Its parts are not: the visits around
one that is late or not placed are taken out of the plan together, everything else stands still,
and the solver puts them back in the best way there is. What is done depends on the problem alone,
never on the clock, unless the clock runs out.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from ortools.sat.python import cp_model

from planning import greedy
from planning.costs import cost_of, minutes_late
from planning.model import Model, answer_of, hint, modelled
from planning.objective import calm_costs, urgent_costs
from planning.problem import Assignment, How, Problem, Visit
from planning.times import Times

SECONDS: Final = 1.5
ROUNDS: Final = 16
WHOLE: Final = 20
"""So many visits are solved in one go, and the answer is then often proven best."""
AROUND: Final = 10
WORK: Final = 0.012
"""How much the solver may do for a step, in its own count, which no busy machine changes."""
WORK_ON_THE_WHOLE: Final = 0.1
_FOUND: Final = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_HOUR: Final = 3600
_ELSEWHERE: Final = 4 * _HOUR

Made = Mapping[str, Assignment]


class Answer(NamedTuple):
    """Who goes when; whether no better answer exists; whether the clock ran out first."""

    made: Made
    is_proven: bool
    how: How
    was_cut: bool = False


@dataclass
class _Clock:
    """The seconds left."""

    seconds: float
    read: Callable[[], float] = time.monotonic
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.read()

    @property
    def left(self) -> float:
        """Seconds, or none."""
        return max(self.seconds - (self.read() - self.begun), 0.0)


def solve(problem: Problem, *, seconds: float = SECONDS) -> Answer:
    """The best answer that can be had in the time. Without any time it is the quick one."""
    clock = _Clock(seconds)
    made: Made = greedy.place(Times.of(problem))
    best = Answer(made, is_proven=False, how=How.GREEDY)
    open_ids = [visit.id for visit in problem.visits if not visit.fixed]
    if not open_ids:
        return best._replace(is_proven=True)
    if len(open_ids) <= WHOLE and clock.left:
        best = _solved(problem, best, set(open_ids), WORK_ON_THE_WHOLE, clock)
    if not best.is_proven:
        best = _round_by_round(problem, best, clock)
    return best


def _round_by_round(problem: Problem, best: Answer, clock: _Clock) -> Answer:
    rng = random.Random(1)  # noqa: S311 -- it breaks ties, the same way each time
    for _ in range(ROUNDS):
        if not clock.left:
            return best._replace(was_cut=True)
        free = _neighbourhood(problem, best.made, rng)
        best = _solved(problem, best, free, WORK, clock)._replace(is_proven=False)
    return best


def _neighbourhood(problem: Problem, made: Made, rng: random.Random) -> set[str]:
    """A visit, preferably one that is late or not placed, and those about the same time near it."""
    open_ones = [visit for visit in problem.visits if not visit.fixed]
    amiss = [each for each in open_ones if _is_amiss(each, made)]
    middle = rng.choice(amiss if amiss and rng.random() < 0.7 else open_ones)  # noqa: PLR2004
    at = _time_of(middle, made)

    def distance(visit: Visit) -> float:
        apart = abs((_time_of(visit, made) - at).total_seconds())
        return (apart + _ELSEWHERE * (visit.area != middle.area)) * (0.5 + rng.random())

    others = [visit for visit in open_ones if visit is not middle and visit.id in made]
    near = sorted(others, key=distance)[:AROUND]
    unplaced = [each for each in open_ones if each.id not in made and rng.random() < 0.3]  # noqa: PLR2004
    return {visit.id for visit in (middle, *near, *unplaced[:AROUND])}


def _is_amiss(visit: Visit, made: Made) -> bool:
    return visit.id not in made or minutes_late(visit, made[visit.id].start) > 0


def _time_of(visit: Visit, made: Made) -> datetime:
    return made[visit.id].start if visit.id in made else visit.window.begins


def _solved(problem: Problem, best: Answer, free: set[str], work: float, clock: _Clock) -> Answer:
    """Solve some visits anew while the others stand; the better of the two answers."""
    part = _with_the_rest_fixed(problem, best.made, free)
    model = modelled(Times.of(part))
    if not model.begins:
        return best._replace(is_proven=True)
    stands = {visit: to for visit, to in best.made.items() if visit not in free}
    found, is_proven = _level_by_level(model, best.made, work, clock)
    if found is None or cost_of(problem, stands | found) > cost_of(problem, best.made):
        return best._replace(is_proven=is_proven and found is not None)
    return Answer(stands | found, is_proven=is_proven, how=How.SOLVER)


def _with_the_rest_fixed(problem: Problem, made: Made, free: set[str]) -> Problem:
    visits = [
        visit if visit.fixed or visit.id in free else replace(visit, fixed=made[visit.id])
        for visit in problem.visits
        if visit.fixed or visit.id in free or visit.id in made
    ]
    return replace(problem, visits=tuple(visits))


def _level_by_level(
    model: Model, made: Made, work: float, clock: _Clock
) -> tuple[dict[str, Assignment] | None, bool]:
    """First what is urgent; then, without giving any of it up again, the rest."""
    urgent = urgent_costs(model)
    model.cp.minimize(urgent)
    hint(model, made)
    first = _solver(work, clock)
    status = first.solve(model.cp)
    if status not in _FOUND:
        return None, False
    found = answer_of(model, first)
    model.cp.add(urgent <= round(first.objective_value))
    model.cp.minimize(calm_costs(model))
    hint(model, found)
    second = _solver(work, clock)
    then = second.solve(model.cp)
    if then not in _FOUND:
        return found, False
    return answer_of(model, second), (status, then) == (cp_model.OPTIMAL, cp_model.OPTIMAL)


def _solver(work: float, clock: _Clock) -> cp_model.CpSolver:
    """One thread, one seed, a measured amount of work: the same answer each time."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.cp_model_presolve = False  # it takes longer than these models do
    solver.parameters.max_deterministic_time = work
    solver.parameters.max_time_in_seconds = max(clock.left, 0.01)
    return solver
