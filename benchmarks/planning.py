"""``python -m benchmarks.planning``: planner time against visits x advisers, greedy as the floor.

Needs no server. Seconds are of the wall and of the processor: on a busy machine the first says how
busy it is, the second what a quiet one would take. A plan that the clock cut is marked.
"""

import argparse
import gc
import time
from statistics import median
from typing import NamedTuple

from benchmarks.instances import evening
from planning import greedy, solving
from planning.costs import Cost, cost_of
from planning.planner import plan
from planning.problem import Problem
from planning.times import Times

SIZES = ((10, 5), (30, 10), (60, 15), (100, 20))
SEEDS = (1, 2, 3)
LONG = 30.0
"""Seconds for the best known answer, which the gap is measured to."""


class Row(NamedTuple):
    """One evening of one size."""

    wall: float
    work: float
    greedy_work: float
    cost: Cost
    floor: Cost
    best: Cost
    is_proven: bool
    was_cut: bool


def main() -> None:
    """Measure each size on three evenings and print the table."""
    asked = _asked()
    plan(evening(2, 2))  # what is loaded once a process is not what a plan takes
    print(HEAD)
    for visits, workers in SIZES:
        rows = [_measured(evening(visits, workers, seed), asked.long) for seed in SEEDS]
        print(_line(f"{visits} x {workers}", rows), flush=True)


def _measured(problem: Problem, seconds: float) -> Row:
    gc.collect()
    begun = time.process_time()
    quick = greedy.place(Times.of(problem))
    greedy_work = time.process_time() - begun
    wall, begun = time.perf_counter(), time.process_time()
    found = plan(problem)
    wall, work = time.perf_counter() - wall, time.process_time() - begun
    made = {each.visit: each.assignment for each in found.proposals}
    return Row(
        wall,
        work,
        greedy_work,
        cost_of(problem, made),
        cost_of(problem, quick),
        min(_best(problem, seconds), cost_of(problem, made)),
        found.is_proven,
        found.was_cut,
    )


def _best(problem: Problem, seconds: float) -> Cost:
    """The best that ten times as many rounds find."""
    rounds = solving.ROUNDS
    solving.ROUNDS = 10 * rounds
    try:
        return cost_of(problem, solving.solve(problem, seconds=seconds).made)
    finally:
        solving.ROUNDS = rounds


HEAD = (
    "| visits x advisers | wall (worst) | processor (worst) | greedy"
    " | risk not placed: planner · greedy · best known | hours late x risk: the same"
    " | proven | cut |\n|---|--:|--:|--:|--:|--:|--:|--:|"
)


def _line(name: str, rows: list[Row]) -> str:
    def times(values: list[float]) -> str:
        return f"{median(values):.2f} s ({max(values):.2f})"

    def sums(level: str) -> str:
        kinds = ("cost", "floor", "best")
        total = [sum(getattr(getattr(row, kind), level) for row in rows) for kind in kinds]
        per = 60 if level == "late_minutes" else 1
        return " · ".join(f"{each / per:.0f}" for each in total)

    cells = [
        name,
        times([row.wall for row in rows]),
        times([row.work for row in rows]),
        f"{median(row.greedy_work for row in rows):.2f} s",
        sums("not_placed"),
        sums("late_minutes"),
        f"{sum(row.is_proven for row in rows)} of {len(rows)}",
        f"{sum(row.was_cut for row in rows)} of {len(rows)}",
    ]
    return f"| {' | '.join(cells)} |"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning", description=__doc__)
    parser.add_argument("--long", type=float, default=LONG)
    return parser.parse_args()


if __name__ == "__main__":
    main()
