"""The pages on which a manager hands over what somebody has in hand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.signing_in import sign_in
from tests.live import look_around, page_of
from tests.visits.test_handing_over import booked, in_hours, taken, whose

WHOSE, TO = "/hand-over/", "/hand-over/to/?from=adviser%40example.org"
SECRETS = ("Zoë", "Nyström", "900461", "With a friend", "L3 1BY", "Harte")


@pytest.fixture
def manager(people):
    return sign_in(people.duty_manager)


def test_page_lists_who_has_what_in_hand(people, manager):
    referral = taken(people)
    booked(people, referral, in_hours(5), second_worker=people.second_adviser)

    page = manager.get(WHOSE).content.decode()

    assert "1 case" in page
    assert "?from=adviser%40example.org" in page
    assert "?from=second_adviser%40example.org" in page
    assert [word for word in SECRETS if word in page] == []


def test_one_answer_hands_over_everything(people, manager):
    first, second = taken(people), taken(people)

    form = {"reason": "sick", "to": "second_adviser@example.org"}
    answer = manager.post(TO, form, follow=True)

    assert "Handed over from Adviser: cases 2, booked visits 0." in answer.content.decode()
    assert {whose(people, each) for each in (first, second)} == {people.second_adviser}


def test_single_cases_may_go_to_somebody_else(people, manager):
    first, second = taken(people), taken(people)

    manager.post(
        TO,
        {
            "reason": "sick",
            "to": "second_adviser@example.org",
            second.reference: "duty_manager@example.org",
        },
    )

    assert whose(people, first) == people.second_adviser
    assert whose(people, second) == people.duty_manager


def test_clash_is_said_beside_its_case(people, manager):
    clashing, theirs = taken(people), taken(people, people.second_adviser)
    at = in_hours(5)
    booked(people, clashing, at)
    booked(people, theirs, at, by=people.second_adviser)

    form = {"reason": "sick", "to": "second_adviser@example.org"}
    page = manager.post(TO, form).content.decode()

    assert f'href="#id_{clashing.reference}"' in page
    assert "Second Adviser: Somebody is booked elsewhere at that time." in page
    assert whose(people, clashing) == people.adviser


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"to": "second_adviser@example.org"}, "Select why it is handed over"),
        ({"reason": "sick"}, "Choose who takes this on."),
        ({"reason": "sick", "to": "adviser@example.org"}, "choose one of the answers listed"),
        ({"reason": "sick", "to": "officer@example.org"}, "choose one of the answers listed"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(people, manager, form, sentence):
    referral = taken(people)

    page = manager.post(TO, form).content.decode()

    assert sentence in page
    assert whose(people, referral) == people.adviser


def test_pages_are_for_managers_and_their_own_team(people, manager):
    taken(people)

    assert manager.get(WHOSE).status_code == 200
    assert manager.get(TO).status_code == 200
    for name in ("adviser", "officer", "administrator"):
        browser = sign_in(getattr(people, name))
        assert [browser.get(each).status_code for each in (WHOSE, TO)] == [403, 403]
    assert sign_in(people.coordinator).get(TO).status_code == 404
    assert manager.get("/hand-over/to/?from=officer%40example.org").status_code == 404


def test_list_asks_the_same_number_of_questions_for_one_and_three(people, manager):
    taken(people)
    manager.get(WHOSE)
    with CaptureQueriesContext(connection) as one:
        manager.get(WHOSE)
    for _ in range(2):
        taken(people, people.second_adviser)

    with CaptureQueriesContext(connection) as three:
        manager.get(WHOSE)

    assert len(three) == len(one)


def test_case_says_who_handed_it_to_whom(people, manager):
    referral = taken(people)
    manager.post(TO, {"reason": "sick", "to": "second_adviser@example.org"})

    case = sign_in(people.second_adviser).get(reverse("portal:case", args=[referral.reference]))

    page = case.content.decode()
    assert "Handed to Second Adviser" in page
    assert "Off sick" in page


def test_pages_are_open_to_everybody_at_every_width(people, chromium, site):
    referral = taken(people)
    booked(people, referral, in_hours(5))

    look_around(page_of(people.duty_manager, chromium, site), [WHOSE, TO], "hand-over")
