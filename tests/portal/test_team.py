"""The team's page, its numbers for texts and its clocks: whose they are, and what they say."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.numbers import number_of, set_number
from portal.rota.people import sign_of
from portal.team.clocks import finding
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from tests.live import look_around, page_of
from tests.rota.conftest import a_leave, a_pattern, week
from tests.visits.conftest import refer
from tests.visits.test_lateness import explain, taken
from tests.world import HALTON
from visits import actions

TEAM, CLOCKS, TEXTS = "/team/", "/team/clocks/", "/team/texts/"
PROGRAMME = "/clocks/programme/"
NUMBER = "07700 900123"
MANAGERS_ONLY = ["Caseload", "Hand over", "Texts to colleagues", "Programme"]


@pytest.fixture
def manager(people):
    return sign_in(people.duty_manager)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def text_of(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def number_at(member):
    with unit_of_work(member.context):
        row = number_of(member)
        return (row.number, row.agreed_at is not None) if row else None


def address_of(member):
    return f"{TEXTS}{sign_of(member.pk)}/"


def test_team_says_what_there_is_to_do_and_names_nobody(people, manager):
    referral = refer(people)
    actions.take(referral.reference, by=people.adviser)
    a_leave(people.adviser, timezone.now() - timedelta(days=1), None, kind="sick")
    a_pattern(people.second_adviser, week(*((day, 0, 12) for day in range(7))))

    page = text_of(manager, TEAM)

    assert "Hand over 1 follow-up without a worker" in page
    assert "Caseload 1 open case" in page
    assert re.search(r"Rota \d on duty now, 1 away", page)
    assert "Texts to colleagues 0 of 3 colleagues agreed to be texted" in page
    assert "How the clocks stand None late, none paused" in page
    assert [word for word in (referral.reference, "Zoë", "Nyström") if word in page] == []


def test_team_says_so_where_there_is_nothing(manager):
    page = text_of(manager, TEAM)

    assert "Who is out Nobody is out, and nobody is about to leave" in page
    assert "Plan No plan was made yet" in page
    assert "Hand over Nothing is without a worker" in page
    assert "Rota Nobody’s hours are written down yet" in page
    assert "MARAC No meeting ahead" in page


def test_advisers_find_their_own_lines_and_none_of_the_managers(people, adviser, manager):
    page, managers = text_of(adviser, TEAM), text_of(manager, TEAM)

    assert [label for label in MANAGERS_ONLY if label in page] == []
    assert [label for label in MANAGERS_ONLY if label not in managers] == []
    assert "My rota Your hours are not written down yet" in page
    assert "Texts to me You get none" in page


def test_adviser_is_told_whether_they_are_texted(people, adviser):
    set_number(NUMBER, of=people.adviser, by=people.duty_manager)
    asked = text_of(adviser, TEAM)
    set_number(NUMBER, of=people.adviser, by=people.adviser)

    assert "Texts to me You have not agreed yet" in asked
    assert "Texts to me To +447700900123" in text_of(adviser, TEAM)


def test_team_takes_as_many_queries_for_three_cases_as_for_one(people, manager):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            actions.take(refer(people).reference, by=people.adviser)
        manager.get(TEAM)
        with CaptureQueriesContext(connection) as queries:
            manager.get(TEAM)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", [TEAM, CLOCKS, TEXTS])
@pytest.mark.parametrize("who", ["officer", "caseworker"])
def test_pages_are_not_for_those_who_do_not_visit(people, manager, who, address):
    assert sign_in(getattr(people, who)).get(address).status_code == 403
    assert manager.get(address).status_code == 200


@pytest.mark.parametrize("address", [CLOCKS, TEXTS])
def test_managers_pages_are_not_for_advisers(adviser, manager, address):
    assert adviser.get(address).status_code == 403
    assert manager.get(address).status_code == 200


def test_clocks_are_counted_for_the_period_asked_for(people, manager):
    met = taken(people, 2)
    spoke = actions.Attempt(
        channel="phone_call", outcome="spoke", at=timezone.now(), outside_reason="she_asked"
    )
    actions.record_attempt(met.reference, spoke, by=people.adviser)
    late = taken(people, 25)
    explain(late, people.adviser, "contact", "no_worker")

    page = text_of(manager, CLOCKS)

    assert "Contact was made in time in 1 of 2 cases whose time is over." in page
    assert "Follow-ups of the police visits of the last 28 days" in page
    assert re.search(r"In time 1 0 2\b", page)
    assert re.search(r"Late 1 1 0\b", page)
    assert "the last 7 days" in text_of(manager, f"{CLOCKS}?days=7")
    assert "the last 28 days" in text_of(manager, f"{CLOCKS}?days=everything")


def test_clocks_of_another_agency_are_not_counted(people):
    taken(people, 25)

    page = text_of(sign_in(people.coordinator), CLOCKS)

    assert "No contact was due in this time." in page


def test_finding_counts_what_had_no_safe_time_among_what_was_due():
    assert finding({"met": 1, "missed": 2, "no_safe_time": 3, "running": 4}) == (
        "Contact was made in time in 1 of 6 cases whose time is over."
    )
    assert finding({"running": 4}) == ""


def test_numbers_say_who_is_texted_and_who_has_not_agreed(people, manager):
    set_number(NUMBER, of=people.adviser, by=people.adviser)
    set_number("07700 900124", of=people.second_adviser, by=people.duty_manager)

    page = text_of(manager, TEXTS)

    assert "Adviser +447700900123 Agreed" in page
    assert "Second Adviser +447700900124 Not agreed yet" in page
    assert "Duty Manager – No number" in page


def test_manager_writes_a_number_down_and_it_waits_for_a_yes(people, manager):
    answer = manager.post(address_of(people.adviser), {"number": NUMBER}, follow=True)

    assert "once they agree" in answer.content.decode()
    assert number_at(people.adviser) == ("+447700900123", False)


def test_the_same_number_again_leaves_a_yes_alone(people, manager):
    set_number(NUMBER, of=people.adviser, by=people.adviser)

    manager.post(address_of(people.adviser), {"number": "+447700900123"})

    assert number_at(people.adviser) == ("+447700900123", True)


def test_manager_takes_a_number_away(people, manager):
    set_number(NUMBER, of=people.adviser, by=people.adviser)

    manager.post(address_of(people.adviser), {"number": ""})

    assert number_at(people.adviser) is None


def test_what_is_no_number_is_said_beside_the_field_and_nothing_is_left(people, manager):
    page = manager.post(address_of(people.adviser), {"number": "the surgery"}).content.decode()

    assert "Enter a telephone number, like 07700 900123." in page
    assert number_at(people.adviser) is None


def test_number_of_a_colleague_is_not_an_advisers_to_set(people, adviser, manager):
    refused = adviser.post(address_of(people.second_adviser), {"number": NUMBER})

    assert refused.status_code == 403
    assert number_at(people.second_adviser) is None
    assert manager.post(address_of(people.second_adviser), {"number": NUMBER}).status_code == 303
    assert number_at(people.second_adviser) is not None


def test_number_of_another_service_is_not_there(people, manager):
    answer = manager.post(address_of(people.wirral_adviser), {"number": NUMBER})

    assert answer.status_code == 404
    assert number_at(people.wirral_adviser) is None


def test_pages_are_open_to_everybody(people, chromium, site):
    actions.take(refer(people).reference, by=people.adviser)
    outside = given.details(area_code=HALTON)
    actions.refer_after_visit(
        outside, given.consent(), by=people.officer, visit_ended_at=timezone.now()
    )
    set_number(NUMBER, of=people.adviser, by=people.duty_manager)
    page = page_of(people.duty_manager, chromium, site)

    look_around(page, [TEAM, TEXTS, address_of(people.adviser), CLOCKS, PROGRAMME], "team")
