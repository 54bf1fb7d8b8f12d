"""The one thing to call: a problem in, a checked and explained plan out."""

import time
from collections.abc import Mapping
from typing import Final

from planning.checking import PlanBroken, broken_rules
from planning.problem import Assignment, NotPlaced, Plan, Problem, Proposal
from planning.reasons import why_here, why_not
from planning.solving import SECONDS, Answer, solve
from planning.times import Times

MOST_TOLD: Final = 5


def plan(problem: Problem, *, seconds: float = SECONDS) -> Plan:
    """Plan the visits of a problem.

    :raises PlanBroken: if the answer breaks a rule, which would be a fault of this room's.
    """
    begun = time.monotonic()
    answer = solve(problem, seconds=seconds)
    made = _told(problem, answer, begun)
    if broken := broken_rules(problem, made):
        raise PlanBroken("; ".join(broken[:MOST_TOLD]))
    return made


def _told(problem: Problem, answer: Answer, begun: float) -> Plan:
    times = Times.of(problem)
    open_ones = [visit for visit in problem.visits if not visit.fixed]
    made: Mapping[str, Assignment] = answer.made
    return Plan(
        proposals=tuple(
            Proposal(visit.id, made[visit.id], why_here(times, visit, made[visit.id]))
            for visit in open_ones
            if visit.id in made
        ),
        not_placed=tuple(
            NotPlaced(visit.id, why_not(times, visit))
            for visit in open_ones
            if visit.id not in made
        ),
        is_proven=answer.is_proven,
        was_cut=answer.was_cut,
        how=answer.how,
        seconds=time.monotonic() - begun,
    )
