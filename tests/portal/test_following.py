"""After sending: status, withdrawing, answering, approving, and being told."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Notice
from referrals import actions
from referrals.consent import newest_line
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in

EMERGENCY = {
    "answer": "not_asked_unsafe",
    "method": "",
    "wording_version": "",
    "basis": "vital_interests",
    "condition": "vital_interests",
    "ground": "life_at_risk",
    "safe_to_tell": "not_safe",
    "reason": "He said he would come back tonight.",
}


@pytest.fixture
def sent(people):
    return given.a_sent_referral(people.officer)


@pytest.fixture
def officer(people):
    return sign_in(people.officer)


def at(name, referral):
    return reverse(f"portal:{name}", args=[referral.reference])


def again(referral, member):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=referral.pk)


@pytest.mark.parametrize("page", ["referral", "sent", "withdraw"])
def test_pages_of_a_referral_are_its_senders(people, officer, sent, page):
    other = sign_in(people.cheshire_officer)

    unseen = other.get(at(page, sent))
    absent = officer.get(at(page, sent).replace(sent.reference, "PH-22222222"))

    assert officer.get(at(page, sent)).status_code == 200
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content


def test_pages_of_a_referral_are_not_its_receivers(people, sent):
    adviser = sign_in(people.adviser)

    assert adviser.get(at("referral", sent)).status_code == 403
    assert adviser.get(at("withdraw", sent)).status_code == 403
    assert sign_in(people.colleague).get(at("referral", sent)).status_code == 404


def test_status_page_says_what_came_of_it_and_names_nobody_across(people, officer, sent):
    actions.decline(sent.reference, by=people.adviser, reason="no_capacity")

    page = officer.get(at("referral", sent)).content.decode()

    assert "Declined" in page
    assert "No capacity" in page
    assert "by Liverpool IDVA Service" in page
    assert "by Adviser" not in page


def test_withdraw_needs_a_reason_and_happens_once(people, officer, sent):
    without = officer.post(at("withdraw", sent), {})
    done = officer.post(at("withdraw", sent), {"reason": "sent_in_error"}, follow=True)
    twice = officer.post(at("withdraw", sent), {"reason": "sent_in_error"})

    assert "Select why you are withdrawing it" in without.content.decode()
    assert "Referral withdrawn." in done.content.decode()
    assert again(sent, people.officer).status == Status.WITHDRAWN
    assert twice.status_code == 409
    assert "Withdrawn" in twice.content.decode()


def test_withdraw_from_a_stale_page_says_so(people, officer, sent):
    page = officer.get(at("withdraw", sent)).content.decode()
    made_from = re.search(r'name="made_from" value="([^"]+)"', page)[1]
    actions.ask(sent.reference, by=people.adviser, question="risk")

    answer = officer.post(at("withdraw", sent), {"reason": "sent_in_error", "made_from": made_from})

    assert answer.status_code == 409
    assert again(sent, people.officer).status == Status.MORE_INFORMATION_ASKED


def test_answer_changes_the_clear_facts(people, officer, sent):
    actions.ask(sent.reference, by=people.adviser, question="risk")
    asked = officer.get(at("referral", sent)).content.decode()
    empty = officer.post(at("answer", sent), {})
    officer.post(at("answer", sent), {"risk_band": "medium", "children": "no"})

    now = again(sent, people.officer)
    assert "Who is the risk from" in asked
    assert "Change something, or write a note" in empty.content.decode()
    assert (now.status, now.risk_band, now.children) == (Status.SENT, "medium", False)
    assert officer.get(at("answer", sent)).status_code == 409


def test_supervisor_approves_an_emergency(people, officer):
    sent = given.a_sent_referral(people.officer, agreed=given.consent(**EMERGENCY))
    supervisor = sign_in(people.supervisor)

    listed = supervisor.get("/referrals/").content.decode()
    page = supervisor.get(at("approve", sent)).content.decode()
    done = supervisor.post(at("approve", sent), follow=True).content.decode()

    assert "To approve (1)" in listed
    assert "Life at risk" in page
    assert "Officer shared this with Liverpool IDVA Service without the person’s agreement" in page
    assert "Without your approval it closes by itself" in page
    assert "With it, it closes" in page
    assert "Safe to tell them?" in page
    assert "come back tonight" not in page
    assert "To approve" not in done
    with unit_of_work(people.supervisor.context):
        line = newest_line(sent.case_id, sent.receiving_agency_id)
    assert line.approved_by == people.supervisor
    assert officer.get(at("approve", sent)).status_code == 403
    assert supervisor.post(at("approve", sent)).status_code == 409


def test_nothing_to_approve_is_said(people, sent):
    assert sign_in(people.supervisor).get(at("approve", sent)).status_code == 409


def test_news_is_neutral_and_opening_it_marks_it_seen(people, officer, sent):
    actions.decline(sent.reference, by=people.adviser, reason="no_capacity")

    page = officer.get("/referrals/").content.decode()
    opened = officer.post("/notices/open/", {"reference": sent.reference})

    assert "A referral was declined" in page
    assert opened["Location"] == at("referral", sent)
    assert "A referral was declined" not in officer.get("/referrals/").content.decode()
    with unit_of_work(people.officer.context):
        assert not Notice.objects.of(people.officer).unseen().exists()


def test_news_about_nothing_leads_home(people, officer):
    assert officer.post("/notices/open/", {"reference": "PH-22222222"})["Location"] == "/"
    assert officer.post("/notices/seen/").status_code == 303
    assert officer.get("/notices/seen/").status_code == 405


def test_my_referrals_cost_the_same_for_one_and_three(people, officer, sent):
    officer.get("/referrals/")
    with CaptureQueriesContext(connection) as one:
        officer.get("/referrals/")
    for _ in range(2):
        given.a_sent_referral(people.officer)
    with CaptureQueriesContext(connection) as three:
        officer.get("/referrals/")

    assert len(three) == len(one)
