"""No plan ever breaks a hard rule, and the same problem has the same plan."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.instances import evening
from planning import greedy, solving
from planning.checking import PlanBroken, broken_rules
from planning.costs import cost_of
from planning.planner import plan
from planning.problem import Assignment, How, NotPlaced, Plan, Proposal, Refusal, Span, Want
from planning.times import Times
from tests.planning.given import NOW, a_problem, a_visit, a_worker, at

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOURS = st.integers(0, 40).map(lambda half: at(6 + half / 2))
NAMES = ("w0", "w1", "w2", "w3")


@st.composite
def spans(draw, least=1, most=3):
    begins = draw(st.lists(HOURS, min_size=least, max_size=most))
    return tuple(
        Span(each, each + timedelta(minutes=draw(st.integers(20, 480)))) for each in begins
    )


@st.composite
def visits(draw, name):
    window = draw(spans(most=1))[0]
    fixed = Assignment(draw(st.sampled_from(NAMES)), draw(HOURS))
    return a_visit(
        name,
        window=window,
        deadline=window.ends - timedelta(minutes=draw(st.integers(0, 300))),
        minutes=draw(st.integers(15, 120)),
        safe=draw(spans(least=0)),
        area=draw(st.sampled_from("AB")),
        risk=draw(st.integers(1, 4)),
        language=draw(st.sampled_from(["", "pl"])),
        gender=draw(st.sampled_from(["", "woman"])),
        must=draw(st.frozensets(st.sampled_from(list(Want)))),
        needs_second=draw(st.booleans()),
        forbidden=draw(st.frozensets(st.sampled_from(NAMES), max_size=1)),
        refused=draw(st.sampled_from([(), (Refusal("w0", None),), (Refusal("", at(9)),)])),
        before=draw(st.sampled_from([None, Assignment("w1", at(10)), Assignment("w2", at(9.1))])),
        fixed=draw(st.sampled_from([None, None, None, fixed])),
    )


@st.composite
def workers(draw, name):
    return a_worker(
        name,
        shifts=draw(spans(least=0)),
        areas=draw(st.frozensets(st.sampled_from("AB"))),
        languages=draw(st.sampled_from([frozenset(), frozenset({"pl"})])),
        gender=draw(st.sampled_from(["woman", "man"])),
        may_visit_alone=draw(st.booleans()),
        busy=draw(spans(least=0, most=1)),
        load=draw(st.integers(0, 3)),
    )


@st.composite
def problems(draw):
    there = [draw(visits(f"v{n}")) for n in range(draw(st.integers(0, 6)))]
    return a_problem(there, [draw(workers(name)) for name in NAMES])


@FEW
@given(problems())
def test_no_plan_breaks_a_rule(problem):
    found = plan(problem, seconds=60)  # it raises if one is broken

    assert broken_rules(problem, found) == []


@FEW
@given(problems())
def test_no_quick_plan_breaks_a_rule(problem):
    made = greedy.place(Times.of(problem))
    left = [each.id for each in problem.visits if not each.fixed and each.id not in made]

    found = _as_plan(made, left)

    assert broken_rules(problem, found) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_evening_is_planned_better_than_greedily_and_the_same_each_time(seed):
    problem = evening(30, 8, seed)

    one, other = (solving.solve(problem, seconds=60) for _ in range(2))

    assert one.made == other.made
    assert not one.was_cut
    assert cost_of(problem, one.made) < cost_of(problem, greedy.place(Times.of(problem)))


def test_the_answer_does_not_depend_on_what_ids_are_called():
    problem = evening(12, 5)
    renamed = replace(
        problem,
        visits=tuple(replace(each, id=f"{9 - n}x{n}") for n, each in enumerate(problem.visits)),
    )

    starts = [each.start for each in solving.solve(problem, seconds=60).made.values()]

    assert [each.start for each in solving.solve(renamed, seconds=60).made.values()] == starts


def test_a_plan_that_breaks_a_rule_is_found_out():
    """The checker is the judge of the tests above, so it is judged itself."""
    problem = a_problem([a_visit(), a_visit("other", area="B")], [a_worker()])
    broken = _as_plan({"v": Assignment("w", at(8)), "other": Assignment("w", at(8.5))}, [])

    assert set(broken_rules(problem, broken)) == {
        "shift: v",
        "shift: other",
        "worker: other",
        "two places: v and other",
    }
    assert broken_rules(problem, _as_plan({}, [])) == ["every visit is told once"]


def test_plan_shows_no_plan_that_breaks_a_rule(monkeypatch):
    broken = solving.Answer({"v": Assignment("w", NOW)}, is_proven=True, how=How.SOLVER)
    monkeypatch.setattr("planning.planner.solve", lambda problem, seconds: broken)

    with pytest.raises(PlanBroken, match="shift: v"):
        plan(a_problem([a_visit()], [a_worker()]))


def _as_plan(made, left):
    return Plan(
        proposals=tuple(Proposal(*each) for each in made.items()),
        not_placed=tuple(NotPlaced(visit, ()) for visit in left),
        is_proven=False,
        was_cut=False,
        how=How.GREEDY,
        seconds=0,
    )
