"""Referrals to a service: the lists, the preview, and the answers."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from visits import actions as visiting

HERS = ("Zoë", "Nyström", "900461", "The surgery", "With a friend", "Threatened", "Harte")
LISTS = ("/inbox/", "/inbox/accepted/", "/inbox/declined/", "/inbox/closed/")
WAITING = "/inbox/waiting/"


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def asked(people, taken):
    return given.an_onward_referral(taken, people.adviser, "rowan")


@pytest.fixture
def worker(people):
    return sign_in(people.caseworker)


def at(name, referral):
    return reverse(f"portal:{name}", args=[referral.reference])


def again(referral, member):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=referral.pk)


def shown(browser, referral):
    return [f'id="{referral.reference}"' in browser.get(page).content.decode() for page in LISTS]


def test_inbox_and_preview_hold_no_name(worker, asked):
    for page in ("/inbox/", at("preview", asked), at("accept", asked), at("decline", asked)):
        words = worker.get(page).content.decode()
        assert asked.reference in words
        assert [word for word in HERS if word in words] == []


def test_accept_opens_exactly_what_was_agreed(people, worker, asked):
    answer = worker.post(at("accept", asked), follow=True)
    details = worker.get(at("case_details", asked)).content.decode()

    assert answer.redirect_chain == [(at("case", asked), 303)]
    assert "O’Nyström" in answer.content.decode()
    assert "Somebody to talk to" in details
    assert [word for word in ("Threatened", "Harte", "With a friend") if word in details] == []
    assert shown(worker, asked) == [False, True, False, False]


def test_accept_clicked_twice_leads_to_the_case_and_only_for_whom_accepted(people, worker, asked):
    page = worker.get(at("accept", asked)).content.decode()
    made_from = re.search(r'name="made_from" value="([^"]+)"', page)[1]
    answers = [worker.post(at("accept", asked), {"made_from": made_from}) for _ in range(2)]
    other = sign_in(people.team_lead).post(at("accept", asked), {"made_from": made_from})

    assert [(each.status_code, each["Location"]) for each in answers] == [
        (303, at("case", asked))
    ] * 2
    assert other.status_code == 409
    assert "Accepted at " in other.content.decode()


def test_decline_needs_a_reason_from_the_list(people, worker, asked):
    without = worker.post(at("decline", asked), {})
    invented = worker.post(at("decline", asked), {"reason": "already_known"})
    done = worker.post(at("decline", asked), {"reason": "no_capacity"})

    assert "Select why you are declining it" in without.content.decode()
    assert "choose one of the answers listed" in invented.content.decode()
    assert done.status_code == 303
    assert again(asked, people.caseworker).decline_reason == "no_capacity"
    assert shown(worker, asked) == [False, False, True, False]


def test_waiting_list_has_its_own_page_until_the_day_comes(people, worker, asked):
    day = timezone.localdate() + timedelta(days=28)
    parts = {"day": day.day, "month": day.month, "year": day.year}
    boxes = {f"expected_on_{part}": number for part, number in parts.items()}
    without = worker.post(at("wait", asked), {})
    past = worker.post(at("wait", asked), {**boxes, "expected_on_year": "2020"})
    done = worker.post(at("wait", asked), boxes)

    assert "Enter the day you expect to start" in without.content.decode()
    assert "Enter a day after today, and within a year." in past.content.decode()
    assert done.status_code == 303
    assert shown(worker, asked) == [False] * 4
    words = f"On the waiting list until {day.day} {day:%B %Y}"
    assert words in worker.get(WAITING).content.decode()
    assert words in sign_in(people.adviser).get(at("referral", asked)).content.decode()
    with time_machine.travel(datetime.combine(day, time(9), UTC)):
        worker = sign_in(people.caseworker)
        assert shown(worker, asked) == [True, False, False, False]
        assert asked.reference not in worker.get(WAITING).content.decode()
        assert worker.post(at("accept", asked)).status_code == 303


def test_ask_shows_the_question_and_can_be_answered_still(people, worker, asked):
    worker.post(at("ask", asked), {"question": "language"})

    page = worker.get(at("preview", asked)).content.decode()

    assert "Is an interpreter needed?" in page
    assert worker.get(at("ask", asked)).status_code == 409
    assert worker.post(at("accept", asked)).status_code == 303


def test_withdrawn_meanwhile_says_when(people, worker, asked):
    actions.withdraw(asked.reference, by=people.adviser, reason="consent_withdrawn")

    answer = worker.post(at("accept", asked))

    assert answer.status_code == 409
    assert "Withdrawn at " in answer.content.decode()
    assert again(asked, people.caseworker).status == Status.WITHDRAWN
    assert worker.get(at("preview", asked)).status_code == 200
    assert shown(worker, asked) == [False, False, False, True]


def test_agreement_that_ended_stops_the_acceptance_and_says_why(people, worker, asked):
    actions.withdraw_consent(asked.reference, by=people.adviser)

    answer = worker.post(at("accept", asked))

    assert answer.status_code == 200
    assert "There is no agreement, or it has ended." in answer.content.decode()
    assert again(asked, people.caseworker).status == Status.SENT


@pytest.mark.parametrize("page", ["preview", "accept", "decline", "ask"])
def test_pages_are_the_receivers(people, worker, asked, page):
    other = sign_in(people.other_caseworker)
    absent = worker.get(at(page, asked).replace(asked.reference, "PH-22222222"))
    unseen = other.get(at(page, asked))

    assert worker.get(at(page, asked)).status_code == 200
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content
    assert sign_in(people.adviser).get(at(page, asked)).status_code == 403
    assert sign_in(people.officer).get(at(page, asked)).status_code == 403


@pytest.mark.parametrize("page", [*LISTS, WAITING])
def test_lists_are_for_those_who_answer(people, worker, page):
    assert worker.get(page).status_code == 200
    assert sign_in(people.officer).get(page).status_code == 403
    assert sign_in(people.administrator).get(page).status_code == 403


def test_colleagues_case_is_not_opened_by_whom_it_is_not_assigned(people, worker, asked):
    worker.post(at("accept", asked))

    assert worker.get(at("case", asked)).status_code == 200
    assert sign_in(people.team_lead).get(at("case", asked)).status_code == 200
    assert sign_in(people.other_caseworker).get(at("case", asked)).status_code == 404


def test_close_needs_a_reason_and_keeps_the_case_readable(people, worker, asked):
    worker.post(at("accept", asked))
    without = worker.post(at("close", asked), {})
    worker.post(at("close", asked), {"reason": "planned"})

    assert "Select why you are closing it" in without.content.decode()
    assert again(asked, people.caseworker).status == Status.CLOSED
    assert "O’Nyström" in worker.get(at("case", asked)).content.decode()
    assert worker.post(at("add_note", asked), {"text": "Late"}).status_code == 403


def test_inbox_costs_the_same_for_one_and_three(people, worker, asked):
    worker.get("/inbox/")
    with CaptureQueriesContext(connection) as one:
        worker.get("/inbox/")
    for _ in range(2):
        taken = given.a_taken_referral(people.officer, people.adviser)
        given.an_onward_referral(taken, people.adviser, "rowan")
    with CaptureQueriesContext(connection) as three:
        page = worker.get("/inbox/").content.decode()

    assert page.count("Answer by") == 3
    assert len(three) == len(one)


def test_desk_work_is_on_the_desk_and_not_in_the_inbox(people):
    on_the_clock = visiting.refer_after_visit(
        given.details(), given.consent(), by=people.officer, visit_ended_at=datetime.now(UTC)
    )
    adviser = sign_in(people.adviser)

    assert on_the_clock.reference in adviser.get("/duty/").content.decode()
    assert on_the_clock.reference not in adviser.get("/inbox/").content.decode()


@pytest.mark.parametrize("is_timed", [True, False])
def test_inbox_goes_on_over_pages_with_and_without_a_time_to_answer(people, monkeypatch, is_timed):
    monkeypatch.setattr("portal.paging.PAGE", 1)
    due_at = datetime.now(UTC) if is_timed else None
    route = given.route("rowan", answer_due_at=due_at)
    made = [
        actions.refer(given.details(), given.consent(), route, by=people.officer) for _ in range(3)
    ]
    browser, address, seen = sign_in(people.caseworker), "/inbox/", []

    while address:
        page = browser.get(address).content.decode()
        seen += re.findall(r'card" id="(PH-\w+)"', page)
        found = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
        address = f"/inbox/{found[1]}" if found else ""

    assert sorted(seen) == sorted(each.reference for each in made)
