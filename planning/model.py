"""The problem in the solver's own terms: who goes (yes or no, shift by shift) and when (a step).

One beginning a visit is shared by everybody who may go; a seat that is taken narrows it to that
seat's times. So nobody's times are listed one by one, which is what keeps the model small.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from ortools.sat.python import cp_model

from planning.grid import first_of, last_of, runs_of
from planning.problem import Assignment, Problem, Visit
from planning.rules import may_follow, may_lead
from planning.times import Seat, Times

LEAD: Final = 0
SECOND: Final = 1
Bool = cp_model.IntVar
Key = tuple[int, int, Seat]
"""A visit by its place, as lead or second, in a seat."""


@dataclass
class Model:
    """The variables, each with what it stands for."""

    times: Times
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    begins: dict[int, cp_model.IntVar] = field(default_factory=dict)
    placed: dict[int, Bool] = field(default_factory=dict)
    goes: dict[Key, Bool] = field(default_factory=dict)
    span: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """What is to be solved."""
        return self.times.problem

    def open_visits(self) -> list[tuple[int, Visit]]:
        """The visits that are in the model, with their places."""
        return [(number, self.problem.visits[number]) for number in self.begins]

    def by_worker(self) -> Mapping[int, Mapping[int, list[Bool]]]:
        """Worker → visit → what sends the one to the other."""
        found: dict[int, dict[int, list[Bool]]] = defaultdict(lambda: defaultdict(list))
        for (number, _, seat), goes in self.goes.items():
            found[seat.worker][number].append(goes)
        return found


def modelled(times: Times) -> Model:
    """The hard rules of a problem. Visits that fit nowhere at all are left out."""
    model = Model(times)
    for number, visit in enumerate(times.problem.visits):
        if not visit.fixed:
            _add_visit(model, number, visit)
    _keep_apart(model)
    return model


def _add_visit(model: Model, number: int, visit: Visit) -> None:
    workers = model.problem.workers
    seats = list(model.times.seats(visit))
    leads = [(seat, slots) for seat, slots in seats if may_lead(visit, workers[seat.worker])]
    follows = [(seat, slots) for seat, slots in seats if may_follow(visit, workers[seat.worker])]
    if not leads or (visit.needs_second and not follows):
        return
    begin = 0
    for _, slots in leads:
        begin |= slots
    model.span[number] = first_of(begin), last_of(begin)
    model.begins[number] = model.cp.new_int_var_from_domain(_domain(begin), "")
    model.placed[number] = model.cp.new_bool_var("")
    _add_seats(model, number, LEAD, leads)
    if visit.needs_second:
        _add_seats(model, number, SECOND, follows)
        _two_different(model, number)


def _add_seats(model: Model, number: int, part: int, seats: list[tuple[Seat, int]]) -> None:
    taken = []
    for seat, slots in seats:
        goes = model.goes[number, part, seat] = model.cp.new_bool_var("")
        within = model.cp.add_linear_expression_in_domain(model.begins[number], _domain(slots))
        within.only_enforce_if(goes)
        taken.append(goes)
    model.cp.add(sum(taken) == model.placed[number])


def _two_different(model: Model, number: int) -> None:
    by_worker: dict[int, list[Bool]] = defaultdict(list)
    for (visit, _, seat), goes in model.goes.items():
        if visit == number:
            by_worker[seat.worker].append(goes)
    for either in by_worker.values():
        model.cp.add_at_most_one(either)


def _keep_apart(model: Model) -> None:
    """Nobody is in two places, and everybody has the time to get from one to the next.

    The first half says so with the shortest roads, in the form the solver reasons best about; the
    second adds the longer ones, pair by pair.
    """
    _never_two_at_once(model)
    together: dict[tuple[int, int], list[tuple[Bool, Bool]]] = defaultdict(list)
    for visits in model.by_worker().values():
        for one, other in combinations(sorted(visits), 2):
            if _may_meet(model, one, other):
                pairs = [(mine, theirs) for mine in visits[one] for theirs in visits[other]]
                together[one, other] += pairs
    for (one, other), pairs in together.items():
        _one_after_the_other(model, one, other, pairs)


def _never_two_at_once(model: Model) -> None:
    areas = {visit.area for _, visit in model.open_visits()}
    taken: dict[int, list[cp_model.IntervalVar]] = defaultdict(list)
    for (number, _, seat), goes in model.goes.items():
        visit = model.problem.visits[number]
        road = min(model.problem.minutes_between(visit.area, area) for area in areas)
        length = model.times.grid.steps(visit.minutes + road)
        begins = model.begins[number]
        interval = model.cp.new_optional_fixed_size_interval_var(begins, length, goes, "")
        taken[seat.worker].append(interval)
    for intervals in taken.values():
        model.cp.add_no_overlap(intervals)


def _may_meet(model: Model, one: int, other: int) -> bool:
    (first, last), (begin, end) = model.span[one], model.span[other]
    return first < end + _gap(model, other, one) and begin < last + _gap(model, one, other)


def _gap(model: Model, one: int, other: int) -> int:
    """Steps from the beginning of one visit to that of the next."""
    first, then = model.problem.visits[one], model.problem.visits[other]
    road = model.problem.minutes_between(first.area, then.area)
    return model.times.grid.steps(first.minutes + road)


def _one_after_the_other(
    model: Model, one: int, other: int, pairs: list[tuple[Bool, Bool]]
) -> None:
    cp, begins = model.cp, model.begins
    both, first = cp.new_bool_var(""), cp.new_bool_var("")
    for mine, theirs in pairs:
        cp.add_bool_or(~mine, ~theirs, both)
    after = cp.add(begins[other] >= begins[one] + _gap(model, one, other))
    after.only_enforce_if(both, first)
    before = cp.add(begins[one] >= begins[other] + _gap(model, other, one))
    before.only_enforce_if(both, ~first)


def hint(model: Model, made: Mapping[str, Assignment]) -> None:
    """Begin from a plan."""
    ids = [worker.id for worker in model.problem.workers]
    sent = {visit.id: made.get(visit.id) for _, visit in model.open_visits()}
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for number, visit in model.open_visits():
        to = sent[visit.id]
        model.cp.add_hint(model.placed[number], to is not None)
        if to:
            model.cp.add_hint(model.begins[number], model.times.grid.slot(to.start))
    for (number, part, seat), goes in model.goes.items():
        to = sent[model.problem.visits[number].id]
        model.cp.add_hint(goes, to is not None and ids[seat.worker] == (to.worker, to.second)[part])


def answer_of(model: Model, solver: cp_model.CpSolver) -> dict[str, Assignment]:
    """The plan that the solver has found."""
    workers, visits = model.problem.workers, model.problem.visits
    who: dict[int, dict[int, str]] = defaultdict(dict)
    for (number, part, seat), goes in model.goes.items():
        if solver.boolean_value(goes):
            who[number][part] = workers[seat.worker].id
    return {
        visits[number].id: Assignment(
            parts[LEAD],
            model.times.grid.at(solver.value(model.begins[number])),
            parts.get(SECOND, ""),
        )
        for number, parts in who.items()
    }


def _domain(slots: int) -> cp_model.Domain:
    return cp_model.Domain.from_intervals([list(run) for run in runs_of(slots)])
