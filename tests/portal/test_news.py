"""What is told on the screen: one line a kind, what cannot wait first, late marked late."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import AlarmNumber, Notice
from notices.outbox import owe
from portal.notices.digest import late
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.notices.conftest import notices
from tests.visits.conftest import refer
from visits import actions
from visits.models import FollowUp
from visits.sweeping import sweep

pytestmark = pytest.mark.usefixtures("own_database")
NEWS, TEXTS = "/notices/", "/notices/texts/"


def sweep_at(at):
    with databases.signed_in_as(databases.WORKER):
        sweep(at)


@pytest.fixture
def forty_late(people):
    """Forty cases nobody has taken, an hour after their time; the references."""
    references = [refer(people).reference for _ in range(40)]
    sweep_at(datetime.now(UTC) + timedelta(hours=23))
    return references


def test_forty_late_cases_are_one_line_with_a_link_to_each(people, forty_late):
    browser = sign_in(people.duty_manager)

    desk = browser.get("/duty/").content.decode()
    news = browser.get(NEWS).content.decode()

    assert "40 follow-ups are late" in desk
    assert desk.count("follow-ups are late") == 1
    assert [reference for reference in forty_late if reference not in news] == []
    assert [word for word in ("Zoë", "900461", "L3 1BY") if word in news] == []


def test_news_of_forty_takes_as_many_queries_as_news_of_one(people):
    browser, taken = sign_in(people.duty_manager), []
    for number in (1, 39):
        for _ in range(number):
            refer(people)
        sweep_at(datetime.now(UTC) + timedelta(hours=23))
        browser.get(NEWS)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(NEWS).status_code == 200
        taken.append(len(seen))

    assert taken[0] == taken[1]


def test_told_late_is_said_in_words(people):
    due = datetime(2026, 11, 25, 9, tzinfo=UTC)

    def said(after):
        return late(Notice(due_at=due, created_at=due + after))

    assert said(timedelta(seconds=59)) == ""
    assert said(timedelta(minutes=2)) == "fired late, 2 minutes after its time"
    assert said(timedelta(minutes=61)) == "fired late, 1 hour after its time"
    assert said(timedelta(hours=2, minutes=5)) == "fired late, 2 hours after its time"
    assert said(timedelta(hours=49)) == "fired late, 2 days after its time"
    assert late(Notice(created_at=due)) == ""


def test_late_rung_is_marked_late_on_the_screen(people):
    refer(people)
    sweep_at(datetime.now(UTC) + timedelta(hours=12))  # two hours after the first rung's time

    page = sign_in(people.adviser).get("/duty/").content.decode()

    assert "fired late, 2 hours after its time" in page


def test_what_cannot_wait_stands_first(people):
    adviser = people.adviser
    with unit_of_work(people.officer.context):
        for kind in ("lone_worker.duress", "referral.feedback"):
            owe([adviser], kind=kind, reference="", dedupe=kind)

    page = sign_in(adviser).get(NEWS).content.decode()

    assert 0 < page.index("Urgent") < page.index("There is feedback on your referral")


def test_i_am_on_it_acknowledges_and_marks_it_seen(people):
    referral = refer(people)
    actions.take(referral.reference, by=people.adviser)
    sweep_at(datetime.now(UTC) + timedelta(hours=18))
    browser = sign_in(people.adviser)
    before = follow_up(people, referral).acted_at
    assert "I am on it" in browser.get("/duty/").content.decode()
    assert "I am on it" in browser.get(f"/cases/{referral.reference}/").content.decode()

    answer = browser.post(f"/notices/{referral.reference}/on-it/", follow=True)

    assert "Noted: you are on it." in answer.content.decode()
    assert follow_up(people, referral).acted_at > before
    assert all(n.seen_at for n in notices() if n.recipient_id == people.adviser.pk)


def follow_up(people, referral):
    with unit_of_work(people.adviser.context):
        return FollowUp.objects.get(referral=referral)


def test_i_am_on_it_by_another_is_403_and_elsewhere_404(people):
    referral = refer(people)
    actions.take(referral.reference, by=people.adviser)
    before = follow_up(people, referral).acted_at
    address = f"/notices/{referral.reference}/on-it/"

    statuses = [
        sign_in(member).post(address).status_code
        for member in (people.second_adviser, people.wirral_adviser, people.duty_manager)
    ]

    assert statuses[:2] == [403, 404]
    assert statuses[2] == 303
    assert follow_up(people, referral).acted_at > before


def number(member):
    with unit_of_work(member.context):
        return AlarmNumber.objects.filter(membership=member).first()


def test_member_agrees_to_texts_and_takes_it_back(people):
    browser = sign_in(people.adviser)

    browser.post(TEXTS, {"agrees": "yes", "number": "07700 900123"})
    agreed = number(people.adviser)
    browser.post(TEXTS, {"agrees": "no", "number": ""})

    assert (agreed.number, bool(agreed.agreed_at)) == ("+447700900123", True)
    assert number(people.adviser) is None


def test_what_is_no_number_is_refused_beside_the_field(people):
    page = sign_in(people.adviser).post(TEXTS, {"agrees": "yes", "number": "12"}).content.decode()

    assert "Enter a telephone number, like 07700 900123." in page
    assert number(people.adviser) is None
