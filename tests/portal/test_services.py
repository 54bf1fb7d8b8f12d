"""Our services: a manager turns one off and on, and says how long people wait."""

import pytest

from directory.models import Service, ServiceStatus
from referrals import actions
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in

LIST = "/services/"


@pytest.fixture
def rowans(people):
    with unit_of_work(people.team_lead.context):
        return Service.objects.filter(agency__code="rowan").order_by("name").first()


def page_of(service):
    return f"{LIST}{service.pk}/"


def again(service, by):
    with unit_of_work(by.context):
        return Service.objects.get(pk=service.pk)


def test_manager_says_that_people_wait_and_the_referrer_reads_it(people, rowans):
    lead = sign_in(people.team_lead)
    assert rowans.name in lead.get(LIST).content.decode()

    done = lead.post(page_of(rowans), {"standing": "waiting", "wait_weeks": "6"}, follow=True)

    assert "People wait about 6 weeks." in done.content.decode()
    taken = given.a_taken_referral(people.officer, people.adviser)
    find = {"needs": rowans.needs[:1], "find": "1"}
    found = sign_in(people.adviser).post(f"/cases/{taken.reference}/refer/", find)
    assert "People wait about 6 weeks." in found.content.decode()


def test_closed_for_now_is_said_and_can_be_taken_back(people, rowans):
    lead = sign_in(people.team_lead)

    closed = lead.post(page_of(rowans), {"standing": "closed"}, follow=True).content.decode()
    was = again(rowans, people.team_lead).status
    lead.post(page_of(rowans), {"standing": "open"})

    assert "Closed for now" in closed
    assert was == ServiceStatus.TEMPORARILY_CLOSED
    assert (again(rowans, people.team_lead).status, again(rowans, people.team_lead).wait_weeks) == (
        ServiceStatus.ACTIVE,
        None,
    )


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({}, "Select whether you can take anybody"),
        ({"standing": "waiting"}, "Enter about how many weeks people wait"),
        ({"standing": "waiting", "wait_weeks": "0"}, "Weeks must be from 1 to 52"),
        ({"standing": "waiting", "wait_weeks": "many"}, "Weeks must be a number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(people, rowans, filled, said):
    answer = sign_in(people.team_lead).post(page_of(rowans), filled)

    assert said in answer.content.decode()
    assert again(rowans, people.team_lead).wait_weeks is None


def test_page_made_before_somebody_else_changed_it_is_stale(people, rowans):
    lead = sign_in(people.team_lead)
    stale = {"standing": "open", "made_from": "open:None"}
    lead.post(page_of(rowans), {"standing": "closed"})

    assert lead.post(page_of(rowans), stale).status_code == 409
    assert again(rowans, people.team_lead).status == ServiceStatus.TEMPORARILY_CLOSED


def test_pages_are_the_managers_of_the_agency(people, rowans):
    assert sign_in(people.team_lead).get(page_of(rowans)).status_code == 200
    assert sign_in(people.duty_manager).get(page_of(rowans)).status_code == 404
    for other in (people.caseworker, people.officer, people.administrator):
        assert sign_in(other).get(page_of(rowans)).status_code == 403
        assert sign_in(other).get(LIST).status_code == 403


def test_what_was_sent_before_it_closed_is_answered_still(people, rowans):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    lead = sign_in(people.team_lead)

    lead.post(page_of(rowans), {"standing": "closed"})

    assert actions.accept(onward.reference, by=people.caseworker).assigned_to == people.caseworker
