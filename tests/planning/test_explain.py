"""What a plan says for itself, in sentences."""

import json
import re
from dataclasses import replace

import pytest

from benchmarks.instances import evening
from planning.explain import help_for, moment, sentence
from planning.problem import Assignment, Span, Want
from tests.planning.given import NOW, a_visit, a_worker, at, planned

WORDS = {"pl": "Polish", "woman": "Woman", "A": "Knowsley", "B": "Wirral", "sex_work": "Sex work"}
POLISH = frozenset({"pl"})


def said(visit, *workers):
    found = planned([visit], list(workers))
    facts = (*found.proposals, *found.not_placed)[0].why
    return [sentence(each, WORDS, NOW) for each in facts]


def test_explain_what_is_wanted_and_nobody_has_in_time():
    must = a_visit(language="pl", must=frozenset({Want.LANGUAGE}), window=Span(at(8), at(12)))
    later = a_worker("later", languages=POLISH, shifts=(Span(at(18 + 1 / 3), at(22)),))

    assert said(must, a_worker(), later) == [
        "No Polish speaker is on shift at a safe time before 6:20pm."
    ]
    assert said(must, a_worker()) == ["There is no Polish speaker."]


def test_explain_a_proposal_that_is_all_that_was_wanted():
    visit = a_visit(language="pl", gender="woman", specialisms=frozenset({"sex_work"}))
    her = a_worker(languages=POLISH, gender="woman", specialisms=frozenset({"sex_work"}))

    assert said(visit, her) == [
        "In time: due by 8pm.",
        "Speaks Polish, as wanted.",
        "Of the gender asked for (woman).",
        "Knows sex work, as wanted.",
        "Nobody else could go.",
    ]


def test_explain_what_a_proposal_is_not():
    visit = a_visit(
        language="pl",
        gender="woman",
        deadline=at(8.5),
        needs_second=True,
        before=Assignment("gone", at(10)),
    )
    later = a_worker("later", languages=POLISH, shifts=(Span(at(18), at(22)),))

    assert said(visit, a_worker(), a_worker("other"), later) == [
        "Late by 30 min: it was due by 8:30am.",
        "Changed: it was proposed for 10am before.",
        "Speaks no Polish: no Polish speaker is on shift at a safe time before 6pm.",
        "Not of the gender asked for (woman): no such adviser is on shift at a safe time in the"
        " days planned.",
        "Two go, because this visit is marked for a second worker.",
    ]


def test_explain_that_the_next_safe_time_is_too_late():
    visit = a_visit(safe=(Span(at(9, day=1), at(11, day=1)),))

    assert said(visit, a_worker()) == [
        "The next safe time is tomorrow at 9am, after the window ends (8pm)."
    ]


@pytest.mark.parametrize(
    ("visit", "sentences"),
    [
        ({"safe": ()}, "No safe time is recorded. Ask the referrer when it is safe."),
        (
            {"safe": (Span(at(9), at(9.5)),)},
            "No safe time is long enough for a visit of 1 h. Plan a shorter visit, or ask for"
            " another safe time.",
        ),
        (
            {"area": "B"},
            "There is no adviser for Wirral. Ask another service for an adviser for Wirral, or"
            " change what the visit needs.",
        ),
        (
            {"window": Span(at(18), at(20))},
            "No adviser for Knowsley is on shift at a safe time in the days planned. Call somebody"
            " in, change what the visit needs, or book by hand with a reason.",
        ),
        (
            {"needs_second": True},
            "No two workers are free together at a safe time before 8pm. Call a second worker in,"
            " or meet where one is enough.",
        ),
    ],
)
def test_explain_what_would_help(visit, sentences):
    fact = planned([a_visit(**visit)], [a_worker()]).not_placed[0].why[0]

    assert f"{sentence(fact, WORDS, NOW)} {help_for(fact, WORDS, NOW)}" == sentences


def test_moment_is_on_the_clock_of_the_region_in_summer_too():
    july = NOW.replace(month=7)

    assert moment(july.replace(hour=11), now=july) == "midday"
    assert moment(NOW.replace(hour=0, day=29), now=NOW) == "tomorrow at midnight"
    assert moment(NOW.replace(month=12), now=NOW) == "Mon 28 December at 8am"


def test_the_problem_holds_ids_codes_and_instants_and_nothing_else():
    """Whatever is written down of a problem is a short code, a number, an instant or a truth."""
    code = re.compile(r"[\w]{0,40}")
    instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")

    def check(plain):
        if isinstance(plain, dict):
            plain = [*plain, *plain.values()]
        if isinstance(plain, list):
            for each in plain:
                check(each)
        elif isinstance(plain, str):
            assert code.fullmatch(plain) or instant.fullmatch(plain)
        else:
            assert plain is None or isinstance(plain, bool | int)

    problem = evening(5, 3)
    plain = replace(
        problem, visits=(*problem.visits, a_visit(before=Assignment("w", at(9))))
    ).as_plain()

    check(json.loads(json.dumps(plain)))
