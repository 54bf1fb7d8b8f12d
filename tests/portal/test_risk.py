"""Assessing on a page without a script: nothing typed is lost, open is not No, and who may."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import DateRange

from risk import actions
from risk.models import Assessment
from risk.reading import open_assessment
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.accounts.signing_in import sign_in
from tests.portal.answers import moment
from tests.risk.conftest import a_rule, saved
from tests.risk.harbour import ALL_NO, ALL_YES, SOME, TOOL, an_assessment

PAGES = ("case_risk", "assess")


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser, risk_band="medium")


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def at(name, referral, *more):
    return reverse(f"portal:{name}", args=[referral.reference, *more])


def filled(answers=ALL_NO, **changes):
    """The form as a browser sends it."""
    given = {"tool": "harbour", "version": "1", "source": "person", "grade": "", "words": ""}
    given |= {f"answer_{code}": answer for code, answer in answers.items()}
    return {**given, **moment("assessed_at", timezone.now()), **changes}


def held(member):
    with unit_of_work(member.context):
        return Assessment.objects.count()


@pytest.mark.parametrize("page", PAGES)
def test_risk_is_for_whom_the_case_is_assigned_and_their_manager(people, taken, adviser, page):
    absent = adviser.get(at(page, taken).replace(taken.reference, "PH-22222222"))
    unseen = sign_in(people.wirral_adviser).get(at(page, taken))

    assert adviser.get(at(page, taken)).status_code == 200
    assert sign_in(people.duty_manager).get(at(page, taken)).status_code == 200
    assert sign_in(people.second_adviser).get(at(page, taken)).status_code == 403
    assert sign_in(people.officer).get(at(page, taken)).status_code == 403
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content


def test_assess_asks_everything_on_one_page_and_answers_nothing_by_itself(taken, adviser):
    page = adviser.get(at("assess", taken)).content.decode()

    assert all(page.count(f'name="answer_{item.code}"') > 2 for item in TOOL.items)
    checked = re.findall(r'name="(answer_\w+)" id="\w+" value="(\w*)" checked', page)
    assert checked == [(f"answer_{item.code}", "") for item in TOOL.items]
    assert "open is never counted as No" in page


def test_assess_list_and_read(people, taken, adviser):
    answers = {**SOME, "pet_harmed": "", "own_view": "dont_know"}
    more = {"grade": "high", "reasons": ["neck"], "words": "She was afraid to swallow."}
    more["source_breath_stopped"] = "police"

    done = adviser.post(at("assess", taken), filled(answers, **more), follow=True)

    listed = done.content.decode()
    assert "Assessment saved. It counts as high. The case now stands at high." in listed
    assert "1 of 20 not answered" in listed
    assert "Tool: medium. Own grade: high" in listed
    assert "afraid to swallow" not in listed
    read = adviser.get(at("assessment", taken, 1)).content.decode()
    assert "at least 15 of 69" in read
    assert "1 of 20 not answered; 1 not known" in read
    assert "Yes (Police records)" in read
    assert "She was afraid to swallow." in read
    assert "Pressure on the neck or breathing" in read
    assert adviser.get(at("assessment", taken, 2)).status_code == 404


def test_assess_keeps_every_answer_when_something_is_wrong(people, taken, adviser):
    answers = {**ALL_NO, "parting": "yes", "put_down": "often"}
    wrong = {"grade": "high", "source_parting": "seen", "words": "To be kept"}

    answer = adviser.post(at("assess", taken), filled(answers, **wrong))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Say what your grade rests on." in page
    checked = re.findall(r'name="answer_(\w+)" id="\w+" value="(\w*)" checked', page)
    assert dict(checked) == answers
    assert "To be kept" in page
    assert (
        '<details class="govuk-details govuk-!-margin-top-2 govuk-!-margin-bottom-0" open>' in page
    )
    assert held(people.adviser) == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"answer_parting": "perhaps"}, "Choose one of the answers listed"),
        ({"reasons": ["neck"]}, "Give your own grade"),
        ({"grade": "high", "reasons": ["other"]}, "Say what else your grade rests on."),
        ({"lowers": "on"}, "Give your own grade"),
        ({"assessed_at_time": "nonsense"}, "2:30pm or 14:30"),
        ({"tool": "harbour", "version": "9"}, "not in use"),
        ({f"answer_{code}": "" for code in ALL_NO}, "Answer at least one question"),
    ],
)
def test_assess_says_what_is_wrong_and_keeps_nothing(people, taken, adviser, changes, sentence):
    answer = adviser.post(at("assess", taken), filled(**changes))

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert held(people.adviser) == 0
    assert adviser.post(at("assess", taken), filled()).status_code == 303


def test_lowering_is_offered_only_above_standard_and_never_by_default(people, taken, adviser):
    assert "which stands at medium" in adviser.get(at("assess", taken)).content.decode()
    milder = {"grade": "standard", "reasons": ["kept_away"]}

    stayed = adviser.post(at("assess", taken), filled(**milder), follow=True).content.decode()
    sank = adviser.post(at("assess", taken), filled(**milder, lowers="on"), follow=True)

    assert "The case now stands" not in stayed
    assert "The case now stands at standard." in sank.content.decode()
    assert 'name="lowers"' not in adviser.get(at("assess", taken)).content.decode()


def test_a_threshold_reached_is_a_deed_and_refers_nothing(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band="medium")
    adviser = sign_in(people.adviser)
    with databases.as_owner():
        saved(a_rule(period=DateRange(timezone.localdate(), None)))
    before = adviser.get(at("case", taken)).content.decode()

    actions.assess(taken.reference, an_assessment(ALL_YES), by=people.adviser)

    after = adviser.get(at("case", taken)).content.decode()
    assert "MARAC threshold reached" not in before
    assert "MARAC threshold reached" in after
    listed = adviser.get(at("case_risk", taken)).content.decode()
    assert "Nothing is referred by itself" in listed


def test_without_a_tool_nothing_can_be_assessed_and_the_page_says_so(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    adviser = sign_in(people.adviser)
    assert adviser.get(at("assess", taken)).status_code == 200
    with databases.as_owner(), unit_of_work(Context.migration()):
        actions.retire("harbour", 1)

    answer = adviser.get(at("assess", taken))

    assert answer.status_code == 409
    assert "No risk tool is loaded yet" in answer.content.decode()
    kept = adviser.post(at("assess", taken), filled({**ALL_NO, "parting": "yes"}))
    assert "not in use" in kept.content.decode()
    assert re.search(r'name="answer_parting" id="\w+" value="yes" checked', kept.content.decode())


def test_the_list_costs_the_same_for_one_and_three(people, taken, adviser):
    actions.assess(taken.reference, an_assessment(), by=people.adviser)
    adviser.get(at("case_risk", taken))
    with CaptureQueriesContext(connection) as one:
        adviser.get(at("case_risk", taken))
    for _ in range(2):
        actions.assess(taken.reference, an_assessment(), by=people.adviser)
    with CaptureQueriesContext(connection) as three:
        page = adviser.get(at("case_risk", taken)).content.decode()

    assert len(three) == len(one)
    assert page.count("Assessment ") >= 3


def test_pages_show_no_key(people, taken, adviser):
    actions.assess(taken.reference, an_assessment(), by=people.adviser)
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    pages = [adviser.get(at(page, taken)) for page in PAGES]
    pages.append(adviser.get(at("assessment", taken, 1)))

    assert [uuid.findall(page.content.decode()) for page in pages] == [[]] * 3
    assert open_assessment(taken.reference, 1, by=people.adviser).answers == ALL_NO
