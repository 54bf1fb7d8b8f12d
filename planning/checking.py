"""Whether a plan keeps every hard rule, worked out anew from the instants alone.

It shares nothing with the way plans are made, so that what one gets wrong the other finds.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from planning.grid import joined
from planning.problem import Assignment, Plan, Problem, Refusal, Span, Visit, Worker
from planning.rules import may_follow, may_lead
from planning.times import who_goes


class PlanBroken(AssertionError):
    """A plan breaks a rule. It is not shown to anybody."""


def broken_rules(problem: Problem, plan: Plan) -> list[str]:
    """The rules a plan breaks, each with the visit's id."""
    made = {each.visit: each.assignment for each in plan.proposals}
    visits = {visit.id: visit for visit in problem.visits}
    told = [*made, *(each.visit for each in plan.not_placed)]
    owed = sorted(visit.id for visit in problem.visits if not visit.fixed)
    found = [] if sorted(told) == owed else ["every visit is told once"]
    for each, to in made.items():
        found += [f"{rule}: {each}" for rule in _broken_by(problem, visits[each], to)]
    return found + list(_collisions(problem, made))


def _broken_by(problem: Problem, visit: Visit, to: Assignment) -> Iterator[str]:
    workers = {worker.id: worker for worker in problem.workers}
    span = Span(to.start, to.start + visit.length)
    if not max(visit.window.begins, problem.now) <= to.start <= visit.window.ends:
        yield "window"
    if not _holds(joined(visit.safe), span):
        yield "safe times"
    if not may_lead(visit, workers[to.worker]):
        yield "worker"
    if visit.needs_second and not _is_second(visit, workers, to):
        yield "second worker"
    if any(_is_refused(each, to) for each in visit.refused):
        yield "refused"
    for who in who_goes(to):
        yield from _not_there(workers[who], span)


def _not_there(worker: Worker, span: Span) -> Iterator[str]:
    if not _holds(joined(worker.shifts), span):
        yield "shift"
    if any(_overlap(busy, span) for busy in worker.busy):
        yield "busy"


def _is_second(visit: Visit, workers: dict[str, Worker], to: Assignment) -> bool:
    second = workers.get(to.second)
    return second is not None and to.second != to.worker and may_follow(visit, second)


def _is_refused(refusal: Refusal, to: Assignment) -> bool:
    same_worker = refusal.worker in {"", *who_goes(to)}
    return same_worker and refusal.start in {None, to.start}


def _collisions(problem: Problem, made: dict[str, Assignment]) -> Iterator[str]:
    goes = [
        (visit, to, who)
        for visit in problem.visits
        if (to := visit.fixed or made.get(visit.id))
        for who in who_goes(to)
    ]
    for (one, first, who), (other, then, again) in combinations(goes, 2):
        if who != again or (one.fixed and other.fixed):
            continue
        if not (
            _in_time(problem, one, first, other, then) or _in_time(problem, other, then, one, first)
        ):
            yield f"two places: {one.id} and {other.id}"


def _in_time(
    problem: Problem, one: Visit, first: Assignment, other: Visit, then: Assignment
) -> bool:
    road = timedelta(minutes=problem.minutes_between(one.area, other.area))
    return first.start + one.length + road <= then.start


def _holds(spans: tuple[Span, ...], inner: Span) -> bool:
    return any(each.begins <= inner.begins and inner.ends <= each.ends for each in spans)


def _overlap(one: Span, other: Span) -> bool:
    return one.begins < other.ends and other.begins < one.ends
