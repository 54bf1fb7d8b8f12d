"""The search page, and what stands between somebody and the thirty-first case of an hour."""

from datetime import timedelta

import pytest
from django.urls import reverse

from referrals.looking import OPENING
from tests import given
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.referrals.test_looking import looked

ASKED = {"phone": "07700 900461", "why": "they_called"}
HERS = ("Zoë", "Nyström", "The surgery", "With a friend", "Harte")


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def test_search_shows_the_row_and_no_name(adviser, taken):
    page = adviser.post(reverse("portal:search"), ASKED)
    words = page.content.decode()

    assert page.status_code == 200
    assert reverse("portal:case", args=[taken.reference]) in words
    assert [word for word in HERS if word in words] == []


def test_search_says_when_there_is_nothing(people, taken):
    words = sign_in(people.wirral_adviser).post(reverse("portal:search"), ASKED).content.decode()

    assert "Nothing found" in words
    assert taken.reference not in words


def test_search_asks_why_and_for_something(adviser):
    words = adviser.post(reverse("portal:search"), {}).content.decode()

    assert "Select why you are looking" in words
    words = adviser.post(reverse("portal:search"), {"why": "they_called"}).content.decode()
    assert "Enter something to search for" in words


def test_search_leads_a_colleague_to_the_preview(people, taken):
    browser = sign_in(people.second_adviser)

    words = browser.post(reverse("portal:search"), ASKED).content.decode()

    assert reverse("portal:preview", args=[taken.reference]) in words
    assert browser.get(reverse("portal:case", args=[taken.reference])).status_code == 403


def test_search_stands_at_the_top_for_whoever_may(people, adviser):
    link = f'href="{reverse("portal:search")}"'
    administrator = sign_in(people.administrator)

    assert link in adviser.get(reverse("portal:duty_desk")).content.decode()
    assert link not in administrator.get(reverse("portal:news")).content.decode()
    assert administrator.get(reverse("portal:search")).status_code == 403


def test_case_after_many_asks_who_it_is_and_comes_back(people, adviser, taken):
    looked(people.adviser, OPENING.asked_at)
    case = reverse("portal:case", args=[taken.reference])

    asked = adviser.get(case)
    assert asked.status_code == 303
    assert adviser.get(asked.url).status_code == 200
    gone_on = adviser.post(asked.url)

    assert (gone_on.status_code, gone_on.url) == (303, case)
    assert adviser.get(case).status_code == 200


def test_case_past_the_bound_says_so(people, adviser, taken):
    looked(people.adviser, OPENING.an_hour)

    answer = adviser.get(reverse("portal:case", args=[taken.reference]))

    assert answer.status_code == 429
    assert "Go on later" in answer.content.decode()


def test_go_on_leads_to_no_other_house(adviser):
    answer = adviser.post(reverse("portal:go_on", query={"next": "https://elsewhere.example/"}))

    assert answer.url == reverse("portal:home")


def test_go_on_wants_a_fresh_second_factor(people, adviser, taken):
    looked(people.adviser, OPENING.asked_at)
    grow_stale(adviser, timedelta(minutes=6))

    asked = adviser.post(reverse("portal:go_on"))

    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert adviser.get(reverse("portal:case", args=[taken.reference])).status_code == 303
