"""What the solver minimises, in two parts: what is urgent, and then the rest.

Each level weighs more than all below it can together, so the parts are lexicographic; two parts
rather than one, because a single sum would outgrow the numbers the solver reckons well with.
"""

from collections import defaultdict
from itertools import permutations
from typing import Any

from planning.model import LEAD, SECOND, Model
from planning.problem import Problem, Visit
from planning.rules import missing
from planning.times import Seat


def urgent_costs(model: Model) -> Any:
    """What comes first: who is not placed, then lateness by risk, then what is missing."""
    visits = dict(model.open_visits())
    late = {number: _late(model, number) for number in visits}
    most_missing = 3 * len(visits) + 1
    most_late = most_missing * (1 + sum(visits[n].risk * most for n, (_, most) in late.items()))
    costs: list[Any] = [
        most_late * visit.risk * (1 - model.placed[n]) for n, visit in visits.items()
    ]
    costs += [most_missing * visits[n].risk * steps for n, (steps, _) in late.items()]
    workers = model.problem.workers
    for (number, part, seat), goes in model.goes.items():
        lacks = missing(visits[number], workers[seat.worker])
        if part == LEAD and lacks:
            costs.append(len(lacks) * goes)
    return sum(costs)


def _late(model: Model, number: int) -> tuple[Any, int]:
    """Steps after the deadline, and the most they can be."""
    deadline = model.times.grid.slot(model.problem.visits[number].deadline)
    most = model.span[number][1] - deadline
    if most <= 0:
        return 0, 0
    least = max(model.span[number][0] - deadline, 0)
    late = model.cp.new_int_var(0, most, "")
    begun = model.cp.add(late >= model.begins[number] - deadline)
    begun.only_enforce_if(model.placed[number])
    model.cp.add(late >= least).only_enforce_if(model.placed[number])
    return late, most


def calm_costs(model: Model) -> Any:
    """What comes after: what moves, then the roads, then who has how much to do."""
    spread, most_spread = _spread(model)
    roads, most_road = _roads(model)
    moved = [_moved(model, number, visit) for number, visit in model.open_visits() if visit.before]
    return (sum(moved) * (most_road + 1) + roads) * (most_spread + 1) + spread


def _moved(model: Model, number: int, visit: Visit) -> Any:
    """One, unless the visit stays as it was proposed."""
    before, cp = visit.before, model.cp
    assert before is not None  # noqa: S101 -- asked only where there is one
    same = cp.new_bool_var("")
    slot = model.times.grid.slot(before.start)
    if model.times.grid.at(slot) != before.start:
        return 1
    cp.add(model.begins[number] == slot).only_enforce_if(same)
    for part, who in ((LEAD, before.worker), (SECOND, before.second)):
        sent = [
            goes
            for (n, p, seat), goes in model.goes.items()
            if (n, p) == (number, part) and model.problem.workers[seat.worker].id == who
        ]
        if part == LEAD or visit.needs_second:
            cp.add_bool_or([*sent, ~same])
    return 1 - same


def _roads(model: Model) -> tuple[Any, int]:
    """Minutes on the shortest way through the areas that each seat's work lies in."""
    costs: list[Any] = []
    most = 0
    for areas in _areas_by_seat(model).values():
        names = sorted(areas)
        if len(names) > 1:
            goes = [_any_of(model, areas[name]) for name in names]
            table = _ways(model.problem, names)
            road = model.cp.new_int_var(0, max(table), "")
            index = sum((1 << nth) * each for nth, each in enumerate(goes))
            model.cp.add_element(index, table, road)
            costs.append(road)
            most += max(table)
    return sum(costs), most


def _areas_by_seat(model: Model) -> dict[Seat, dict[str, list[Any]]]:
    """What would bring each seat into each area; a fixed visit does so surely."""
    found: dict[Seat, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for (number, _, seat), goes in model.goes.items():
        found[seat][model.problem.visits[number].area].append(goes)
    for nth, worker in enumerate(model.problem.workers):
        for visit, start in model.times.fixed.get(worker.id, ()):
            for shift, span in enumerate(model.times.shifts[nth]):
                if span.begins <= start < span.ends:
                    found[Seat(nth, shift)][visit.area].append(1)
    return found


def _any_of(model: Model, goes: list[Any]) -> Any:
    if 1 in [each for each in goes if isinstance(each, int)]:
        return 1
    there = model.cp.new_bool_var("")
    model.cp.add_max_equality(there, goes)
    return there


def _ways(problem: Problem, names: list[str]) -> list[int]:
    """By set of areas (as bits), the shortest way through them all."""
    table = []
    for chosen in range(1 << len(names)):
        stops = [name for nth, name in enumerate(names) if chosen >> nth & 1]
        ways = permutations(stops)
        table.append(min(sum(map(problem.minutes_between, way, way[1:])) for way in ways))
    return table


def _spread(model: Model) -> tuple[Any, int]:
    """How far apart the fullest and the emptiest diary are, of those who work at all."""
    loads = []
    by_worker = model.by_worker()
    for nth, worker in enumerate(model.problem.workers):
        if worker.shifts:
            had = worker.load + len(model.times.fixed.get(worker.id, ()))
            loads.append(had + sum(sum(each) for each in by_worker[nth].values()))
    if not loads:
        return 0, 0
    most = max(worker.load for worker in model.problem.workers) + len(model.problem.visits)
    fullest, emptiest = (model.cp.new_int_var(0, most, "") for _ in range(2))
    for load in loads:
        model.cp.add(fullest >= load)
        model.cp.add(emptiest <= load)
    return fullest - emptiest, most
