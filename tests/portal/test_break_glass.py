"""Break-glass on the screen: asked from the referral's page, answered, looked through, reviewed."""

import re
from datetime import timedelta

import pytest

from referrals import actions
from referrals.models import BreakGlass
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale

HER_NAME = "Zoë"
ASKED = {"reason": "danger_now", "compartments": ["identity", "contact"]}
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def case(people):
    return given.a_taken_referral(people.officer, people.adviser, safe_windows=given.ANY_TIME)


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ask(people, case):
    browser = sign_in(people.second_adviser)
    browser.post(f"/cases/{case.reference}/break-glass/", ASKED)
    with unit_of_work(people.adviser.context):
        return browser, BreakGlass.objects.get(referral=case)


def answer(people, glass, said="yes"):
    browser = sign_in(people.duty_manager)
    return browser.post(f"/break-glass/{glass.pk}/answer/", {"answer": said}, follow=True)


def test_colleague_asks_from_the_referrals_page_and_looks_once_let(people, case):
    browser = sign_in(people.second_adviser)
    preview = browser.get(f"/inbox/{case.reference}/")
    assert f"/cases/{case.reference}/break-glass/" in preview.content.decode()
    assert HER_NAME not in words_of(preview)

    page = browser.post(f"/cases/{case.reference}/break-glass/", ASKED, follow=True)
    assert "Ring a manager too" in words_of(page)
    assert "You have asked to see this case" in words_of(page)
    with unit_of_work(people.adviser.context):
        glass = BreakGlass.objects.get(referral=case)
    assert "They may look for 60 minutes" in words_of(answer(people, glass))

    assert (
        f"/cases/{case.reference}/break-glass/read/"
        in browser.get(f"/inbox/{case.reference}/").content.decode()
    )
    looked = words_of(browser.get(f"/cases/{case.reference}/break-glass/read/"))
    assert HER_NAME in looked
    assert "You can change nothing here" in looked
    assert "Shown to Second Adviser" in looked


def test_looking_is_refused_before_anybody_said_yes_and_after_a_no(people, case):
    browser, glass = ask(people, case)
    read = f"/cases/{case.reference}/break-glass/read/"
    assert browser.get(read).status_code == 403

    answer(people, glass, "no")

    assert browser.get(read).status_code == 403
    assert HER_NAME not in browser.get(read).content.decode()


def test_whoever_has_the_case_sees_who_may_look_on_every_page_of_it(people, case):
    _, glass = ask(people, case)
    browser = sign_in(people.adviser)
    timeline = f"/cases/{case.reference}/"
    assert "by break-glass" not in words_of(browser.get(timeline))

    answer(people, glass)

    assert "Second Adviser may look at this case until" in words_of(browser.get(timeline))


def test_nobody_asks_about_a_case_they_may_open_or_that_waits(people, case):
    waiting = given.a_sent_referral(people.officer)

    for who, reference in (
        ("adviser", case.reference),
        ("duty_manager", case.reference),
        ("second_adviser", waiting.reference),
    ):
        browser = sign_in(getattr(people, who))
        assert browser.get(f"/cases/{reference}/break-glass/").status_code == 403
        assert "break-glass" not in browser.get(f"/inbox/{reference}/").content.decode()
    assert (
        sign_in(people.second_adviser).get(f"/cases/{case.reference}/break-glass/").status_code
        == 200
    )


def test_what_is_missing_is_said_beside_it(people, case):
    page = sign_in(people.second_adviser).post(f"/cases/{case.reference}/break-glass/", {})

    assert "Select why you have to see it now" in words_of(page)
    assert "Select at least one part" in words_of(page)


def test_administrator_reviews_and_sees_nothing_of_the_case(people, case):
    _, glass = ask(people, case)
    answer(people, glass)
    browser = sign_in(people.administrator)
    listed = words_of(browser.get("/break-glass/"))
    assert "Second Adviser" in listed
    assert HER_NAME not in listed

    page = browser.post(f"/break-glass/{glass.pk}/review/", {"finding": "was_right"}, follow=True)

    assert "Everything that somebody else can review has been reviewed" in words_of(page)
    again = browser.post(f"/break-glass/{glass.pk}/review/", {"finding": "was_right"})
    assert again.status_code == 409


def test_nobody_answers_or_reviews_their_own_or_another_agencys(people, case):
    mine, glass = ask(people, case)
    path = f"/break-glass/{glass.pk}"
    assert mine.post(f"{path}/answer/", {"answer": "yes"}).status_code == 403
    assert sign_in(people.team_lead).get(f"{path}/answer/").status_code == 404
    answer(people, glass)

    manager = sign_in(people.duty_manager)
    assert manager.post(f"{path}/review/", {"finding": "was_right"}).status_code == 403
    assert "Everything that somebody else" in words_of(manager.get("/break-glass/"))
    assert sign_in(people.administrator).get(f"{path}/review/").status_code == 200


def test_news_leads_each_person_to_what_they_are_to_do(people, case):
    browser, glass = ask(people, case)
    seen = {"reference": case.reference}
    to_answer = sign_in(people.duty_manager).post("/notices/open/", seen)
    answer(people, glass)

    assert to_answer.url == "/break-glass/"
    assert sign_in(people.administrator).post("/notices/open/", seen).url == "/break-glass/"
    assert browser.post("/notices/open/", seen).url == f"/cases/{case.reference}/break-glass/read/"


def test_team_page_says_what_waits(people, case):
    manager = sign_in(people.duty_manager)
    assert "Nobody asks, and nothing is to be reviewed" in words_of(manager.get("/team/"))

    ask(people, case)

    assert "1 colleague waits for an answer" in words_of(manager.get("/team/"))


def test_asking_and_answering_take_a_fresh_second_factor(people, case):
    _, glass = ask(people, case)

    for who, path in (
        (people.second_adviser, f"/cases/{case.reference}/break-glass/"),
        (people.duty_manager, f"/break-glass/{glass.pk}/answer/"),
    ):
        browser = sign_in(who)
        assert browser.get(path).status_code == 200
        grow_stale(browser, timedelta(minutes=6))
        assert browser.get(path).status_code == 302
    assert actions.answer_break_glass(glass.pk, by=people.duty_manager, yes=False)
