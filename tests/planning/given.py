"""What the tests of planning begin with: a Saturday, one visit that fits, one adviser who can."""

from datetime import UTC, datetime, timedelta
from typing import Any

from planning.planner import plan
from planning.problem import Assignment, Plan, Problem, Span, Visit, Worker

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
ALWAYS = Span(NOW - timedelta(days=1), NOW + timedelta(days=4))


def at(hour: float, day: int = 0) -> datetime:
    """An hour of that Saturday, or of a day after it."""
    return NOW.replace(hour=0) + timedelta(days=day, hours=hour)


def a_visit(name: str = "v", **changes: Any) -> Visit:
    """An hour in area A at any time until eight in the evening."""
    given: dict[str, Any] = {
        "id": name,
        "window": Span(at(8), at(20)),
        "deadline": at(20),
        "minutes": 60,
        "safe": (ALWAYS,),
        "area": "A",
    }
    return Visit(**{**given, **changes})


def a_worker(name: str = "w", **changes: Any) -> Worker:
    """Somebody for area A, from nine to five."""
    given: dict[str, Any] = {"id": name, "shifts": (Span(at(9), at(17)),), "areas": frozenset("A")}
    return Worker(**{**given, **changes})


def a_problem(visits: list[Visit], workers: list[Worker], **changes: Any) -> Problem:
    """Three days, ten minutes from A to A, forty from A to B."""
    given: dict[str, Any] = {
        "visits": tuple(visits),
        "workers": tuple(workers),
        "now": NOW,
        "horizon": NOW + timedelta(days=3),
        "travel": {("A", "A"): 10, ("A", "B"): 40, ("B", "A"): 40, ("B", "B"): 10},
    }
    return Problem(**{**given, **changes})


def planned(visits: list[Visit], workers: list[Worker], **changes: Any) -> Plan:
    """The plan for them, with all the time in the world."""
    return plan(a_problem(visits, workers, **changes), seconds=60)


def made(found: Plan) -> dict[str, Assignment]:
    """Visit → who goes when."""
    return {each.visit: each.assignment for each in found.proposals}


def why_not(found: Plan) -> dict[str, str]:
    """Visit → the code of why it is not placed."""
    return {each.visit: each.why[0].code for each in found.not_placed}
