"""What comes first: being placed, then being in time by risk, then wishes, roads and fairness."""

from datetime import timedelta

from planning import solving
from planning.problem import Assignment, How, Span
from tests.planning.given import a_problem, a_visit, a_worker, at, made, planned

NINE = Span(at(9), at(9))


def test_plan_places_the_higher_risk_when_there_is_room_for_one():
    visits = [a_visit("low", window=NINE, risk=1), a_visit("high", window=NINE, risk=4)]

    assert list(made(planned(visits, [a_worker()]))) == ["high"]


def test_plan_lets_the_lower_risk_be_late_when_one_must_be():
    due = {"window": Span(at(9), at(17)), "deadline": at(9)}
    visits = [a_visit("low", risk=1, **due), a_visit("high", risk=4, **due)]

    found = made(planned(visits, [a_worker()]))

    assert found["high"].start == at(9)
    assert found["low"].start == at(10) + timedelta(minutes=10)


def test_plan_is_in_time_before_it_is_in_her_language():
    visit = a_visit(window=Span(at(9), at(17)), deadline=at(10), language="pl")
    speaker = a_worker("speaker", languages=frozenset({"pl"}), shifts=(Span(at(11), at(17)),))

    assert made(planned([visit], [speaker, a_worker()]))["v"].worker == "w"
    assert made(planned([visit], [a_worker(), a_worker("s", languages=frozenset({"pl"}))]))[
        "v"
    ] == Assignment("s", at(9))


def test_plan_sends_one_adviser_to_one_area_rather_than_two_to_both():
    visits = [a_visit(f"{area}{n}", area=area) for area in "AB" for n in (1, 2)]
    both = [a_worker("one", areas=frozenset("AB")), a_worker("other", areas=frozenset("AB"))]

    found = made(planned(visits, both))

    assert found["A1"].worker == found["A2"].worker
    assert found["B1"].worker == found["B2"].worker


def test_plan_gives_the_visit_to_whom_has_had_fewer():
    workers = [a_worker("busy", load=5), a_worker("idle", load=2), a_worker("mid", load=3)]

    assert made(planned([a_visit()], workers))["v"].worker == "idle"


def test_plan_leaves_what_was_proposed_before_though_it_costs_a_road():
    before = Assignment("other", at(13), "")
    here = a_visit("here", before=Assignment("w", at(9)))
    there = a_visit("there", area="A", before=before)
    workers = [a_worker(), a_worker("other", load=9)]

    assert made(planned([here, there], workers))["there"] == before


def test_plan_after_one_falls_ill_moves_only_what_must_move():
    visits = [a_visit(f"v{n}", area="AB"[n % 2], risk=n % 3 + 1) for n in range(9)]
    workers = [a_worker(f"w{n}", areas=frozenset("AB")) for n in range(4)]
    first = made(planned(visits, workers))
    again = [a_visit(v.id, area=v.area, risk=v.risk, before=first[v.id]) for v in visits]

    second = made(planned(again, workers[1:]))

    moved = {name for name in first if first[name] != second[name]}
    assert moved == {name for name, to in first.items() if to.worker == "w0"}
    assert made(planned(again, workers)) == first


def test_solve_without_time_answers_greedily():
    problem = a_problem([a_visit()], [a_worker()])

    quick = solving.solve(problem, seconds=0)

    assert quick.how == How.GREEDY
    assert quick.made == {"v": Assignment("w", at(9))}
    assert not quick.is_proven
    assert solving.solve(problem, seconds=60).is_proven
