"""Where each role begins, for whom one acts, and what every page carries."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Agency, Membership
from accounts.roles import Role
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import sign_in

OPEN = ("/", "/referrals/", "/duty/", "/cases/", "/visits/", "/inbox/", "/choose/")


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("officer", "/referrals/"),
        ("supervisor", "/referrals/"),
        ("adviser", "/duty/"),
        ("duty_manager", "/duty/"),
        ("coordinator", "/duty/"),
        ("caseworker", "/inbox/"),
        ("team_lead", "/inbox/"),
    ],
)
def test_home_is_where_the_role_begins(people, who, page):
    answer = sign_in(getattr(people, who)).get("/", follow=True)

    assert answer.redirect_chain == [(page, 303)]
    assert answer.status_code == 200


def test_home_says_what_others_can_do(people):
    page = sign_in(people.administrator).get("/").content.decode()

    assert "Agency administrator" in page
    assert "look after your agency’s people" in page
    assert "You cannot open referrals or cases." in page


@pytest.mark.parametrize("page", OPEN)
def test_pages_ask_for_sign_in(people, page):
    answer = Client().get(page)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_pages_are_never_kept(people):
    answer = sign_in(people.officer).get("/referrals/")

    assert answer["Cache-Control"] == "no-store, max-age=0"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "ETag" not in answer


@pytest.mark.parametrize("typed", ["%00", "PH-2222222%00", "1", "PH-22222222/../", "ph_22222222"])
def test_what_is_no_reference_leads_nowhere(people, typed):
    browser = sign_in(people.adviser)

    assert browser.get(f"/cases/{typed}/").status_code == 404
    assert browser.get(f"/duty/?after={typed}").status_code == 200
    assert browser.post("/notices/open/", {"reference": typed}).status_code == 404


def test_new_referral_is_for_the_police(people):
    assert sign_in(people.officer).get("/referrals/new/").status_code == 200
    assert sign_in(people.adviser).get("/referrals/new/").status_code == 403
    assert sign_in(people.caseworker).get("/referrals/new/").status_code == 403


def test_one_of_several_memberships_is_chosen_and_shown(own_database, people):
    adviser = people.adviser
    with databases.as_owner(), unit_of_work(Context.migration()):
        Membership.objects.create(
            user=adviser.user,
            agency=Agency.objects.get(code="wirral-idva"),
            role=Role.DUTY_MANAGER,
        )
    browser = sign_in(adviser)

    asked = browser.get("/", follow=True)
    wrong = browser.post("/choose/", {"agency": "rowan"})
    chosen = browser.post("/choose/", {"agency": "wirral-idva"}, follow=True)

    page = chosen.content.decode()
    assert asked.redirect_chain == [("/choose/", 303)]
    assert "choose one of the answers listed" in wrong.content.decode()
    assert chosen.redirect_chain == [("/", 303), ("/duty/", 303)]
    assert "Wirral IDVA Service</strong>" in page
    assert "IDVA manager" in page
    assert "Change agency" in page


def test_one_membership_is_not_asked_about(people):
    browser = sign_in(people.officer)
    browser.get("/")

    assert "Change agency" not in browser.get("/referrals/").content.decode()
    assert "membership" not in Session.objects.get().get_decoded()
