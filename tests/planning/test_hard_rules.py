"""Each hard rule: a case in which it binds, and the same case in which it lets through."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planning.problem import Assignment, Refusal, Span, Want
from tests.planning.given import a_visit, a_worker, at, made, planned, why_not

HOUR = timedelta(hours=1)


def tried(visit, worker, **changes):
    found = planned([visit], [worker] if not isinstance(worker, list) else worker, **changes)
    return made(found).get("v"), why_not(found).get("v")


def test_plan_begins_within_the_window():
    late_window = a_visit(window=Span(at(13), at(14)))

    to, _ = tried(late_window, a_worker())

    assert at(13) <= to.start <= at(14)
    assert tried(replace(late_window, window=Span(at(3), at(7))), a_worker()) == (
        None,
        "safe_too_late",
    )


def test_plan_proposes_nothing_in_the_past():
    early = a_visit(window=Span(at(1), at(20)))

    to, _ = tried(early, a_worker(shifts=(Span(at(0), at(24)),)), now=at(10.05))

    assert to.start >= at(10.05)


def test_plan_keeps_the_whole_visit_in_a_safe_time():
    mornings = a_visit(safe=(Span(at(9), at(10.5)), Span(at(18), at(20))))

    to, _ = tried(mornings, a_worker())

    assert at(9) <= to.start <= at(9.5)
    assert tried(replace(mornings, minutes=150), a_worker()) == (None, "safe_time_too_short")
    assert tried(replace(mornings, safe=()), a_worker()) == (None, "no_safe_time")


def test_plan_joins_safe_times_that_touch():
    two = a_visit(safe=(Span(at(9), at(9.5)), Span(at(9.5), at(10))), minutes=60)

    assert tried(two, a_worker())[0] == Assignment("w", at(9))


def test_plan_keeps_the_whole_visit_in_a_shift():
    short = a_worker(shifts=(Span(at(9), at(10)),))

    assert tried(a_visit(), short)[0] == Assignment("w", at(9))
    assert tried(a_visit(minutes=70), short) == (None, "not_on_shift")


@pytest.mark.parametrize(
    ("visit", "worker", "code"),
    [
        ({"area": "B"}, {"areas": frozenset("B")}, "nobody"),
        (
            {"language": "pl", "must": frozenset({Want.LANGUAGE})},
            {"languages": frozenset({"pl"})},
            "nobody",
        ),
        ({"gender": "woman", "must": frozenset({Want.GENDER})}, {"gender": "woman"}, "nobody"),
        (
            {"specialisms": frozenset({"sex_work"}), "must": frozenset({Want.SPECIALISM})},
            {"specialisms": frozenset({"sex_work"})},
            "nobody",
        ),
    ],
)
def test_plan_sends_only_somebody_who_can(visit, worker, code):
    assert tried(a_visit(**visit), a_worker()) == (None, code)
    assert tried(a_visit(**visit), a_worker(**worker))[0].worker == "w"


@pytest.mark.parametrize("want", ["language", "gender", "specialisms"])
def test_plan_sends_somebody_without_what_is_wanted_rather_than_nobody(want):
    wanted = a_visit(**{want: frozenset({"x"}) if want == "specialisms" else "x"})

    assert tried(wanted, a_worker())[0].worker == "w"


def test_plan_never_sends_somebody_with_a_conflict():
    forbidden = a_visit(forbidden=frozenset({"w"}))

    assert tried(forbidden, a_worker()) == (None, "nobody")
    assert tried(forbidden, [a_worker(), a_worker("other")])[0].worker == "other"


def test_plan_never_sends_somebody_with_a_conflict_as_the_second():
    two = a_visit(needs_second=True, forbidden=frozenset({"w"}))

    assert tried(two, [a_worker(), a_worker("other")]) == (None, "no_second")
    to, _ = tried(two, [a_worker(), a_worker("other"), a_worker("third")])
    assert {to.worker, to.second} == {"other", "third"}


def test_plan_sends_nobody_alone_who_may_not():
    learner = a_worker(may_visit_alone=False)

    assert tried(a_visit(), learner) == (None, "nobody")
    to, _ = tried(a_visit(needs_second=True), [learner, a_worker("other")])
    assert {to.worker, to.second} == {"w", "other"}


def test_plan_sends_two_different_people_where_two_are_needed():
    two = a_visit(needs_second=True)

    assert tried(two, a_worker()) == (None, "no_second")
    to, _ = tried(two, [a_worker(), a_worker("other")])
    assert {to.worker, to.second} == {"w", "other"}


def test_plan_sends_two_only_when_both_are_there():
    morning, evening = a_worker(), a_worker("other", shifts=(Span(at(17), at(20)),))
    two = a_visit(needs_second=True)

    assert tried(two, [morning, evening]) == (None, "no_second")
    longer = replace(evening, shifts=(Span(at(15.5), at(20)),))
    assert at(15.5) <= tried(two, [morning, longer])[0].start <= at(16)


def test_plan_leaves_the_time_of_other_work_alone():
    busy = a_worker(busy=(Span(at(9), at(12)), Span(at(13), at(17))))

    assert tried(a_visit(), busy)[0] == Assignment("w", at(12))
    assert tried(a_visit(minutes=70), busy) == (None, "all_booked")


def test_plan_leaves_time_to_get_from_a_booked_visit_to_the_next():
    booked = a_visit("booked", area="B", fixed=Assignment("w", at(12)))
    both = a_worker(areas=frozenset("AB"))
    after = a_visit(window=Span(at(12.5), at(20)))

    assert made(planned([booked, after], [both]))["v"].start >= at(13) + timedelta(minutes=40)
    near = replace(booked, area="A")
    soon = replace(after, window=Span(at(12.5), at(13) + timedelta(minutes=10)))
    assert made(planned([near, soon], [both]))["v"].start == at(13) + timedelta(minutes=10)


def test_plan_counts_the_second_worker_of_a_booked_visit_as_taken():
    booked = a_visit("booked", fixed=Assignment("other", at(9), "w"))
    at_nine = a_visit(window=Span(at(9), at(9)))

    found = planned([booked, at_nine], [a_worker()])

    assert why_not(found) == {"v": "all_booked"}
    assert made(planned([at_nine], [a_worker()]))


def test_plan_puts_nobody_in_two_places():
    visits = [a_visit(name, window=Span(at(9), at(9.5))) for name in ("a", "b")]

    found = planned(visits, [a_worker()])

    assert len(found.proposals) == 1
    assert list(why_not(found).values()) == ["needed_elsewhere"]
    assert len(planned(visits, [a_worker(), a_worker("other")]).proposals) == 2


def test_plan_leaves_time_on_the_road_between_two_areas():
    there = a_visit("there", area="B", window=Span(at(9), at(17)))
    here = a_visit("here", window=Span(at(9), at(17)))
    two_hours_forty = a_worker(areas=frozenset("AB"), shifts=(Span(at(9), at(11 + 2 / 3)),))
    shorter = replace(two_hours_forty, shifts=(Span(at(9), at(11.5)),))

    both = made(planned([there, here], [two_hours_forty]))

    assert abs(both["there"].start - both["here"].start) == timedelta(minutes=100)
    assert len(planned([there, here], [shorter]).proposals) == 1


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (Refusal("w", None), {"other"}),
        (Refusal("w", at(9)), {"w", "other"}),
        (Refusal("", at(9)), {"w", "other"}),
    ],
)
def test_plan_does_not_propose_again_what_was_refused(refusal, expected):
    visit = a_visit(window=Span(at(9), at(10)), refused=(refusal,))

    to, _ = tried(visit, [a_worker(), a_worker("other")])

    assert to.worker in expected
    assert refusal.worker not in {"", to.worker} or to.start != refusal.start


def test_plan_says_nothing_of_what_is_booked_already():
    found = planned([a_visit(fixed=Assignment("w", at(3)))], [a_worker()])

    assert (found.proposals, found.not_placed, found.is_proven) == ((), (), True)
