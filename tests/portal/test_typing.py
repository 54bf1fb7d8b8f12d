"""Typing takes longer than a session may be idle: what keeps it, and what is said of it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.sign_in.sitting import ACTIVE
from audit.models import AuditEntry
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in

LIMIT = "You are signed out after 15 minutes without a page."
NOT_SAVED = "what you typed was not saved"


def idle_for(browser, seconds):
    """Let the session look as if its last page was so long ago."""
    session = browser.session
    session[ACTIVE] -= seconds
    session.save()


def active_at(browser):
    return browser.session[ACTIVE]


def test_still_here_counts_as_activity_and_is_no_evidence(people):
    browser = sign_in(people.adviser)
    idle_for(browser, 800)
    before = active_at(browser)
    with unit_of_work(people.adviser.context):
        entries = AuditEntry.objects.count()

    answer = browser.get("/still-here/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert active_at(browser) > before + 700
    with unit_of_work(people.adviser.context):
        assert AuditEntry.objects.count() == entries


def test_still_here_does_not_bring_back_what_is_over(people):
    browser = sign_in(people.adviser)
    idle_for(browser, 901)

    answers = [browser.get("/still-here/"), Client().get("/still-here/")]

    assert [each.status_code for each in answers] == [302, 302]
    assert all(each["Location"].startswith("/sign-in/") for each in answers)
    assert browser.post("/still-here/").status_code == 302


def test_long_forms_say_how_long_there_is_and_short_ones_do_not(people):
    referral = given.a_taken_referral(people.officer, people.adviser)
    adviser = sign_in(people.adviser)

    assert LIMIT in sign_in(people.officer).get("/referrals/new/").content.decode()
    for name, is_long in (("add_note", True), ("close", False)):
        page = adviser.get(reverse(f"portal:{name}", args=[referral.reference])).content.decode()
        assert (LIMIT in page, 'data-still-here="/still-here/"' in page) == (is_long, is_long)


def test_sign_in_says_that_what_was_typed_is_lost(people):
    browser = sign_in(people.officer)
    idle_for(browser, 901)

    lost = browser.post("/referrals/new/", {"summary": "Zoë was threatened."}, follow=True)

    assert lost.redirect_chain == [("/sign-in/?next=/referrals/new/", 302)]
    assert NOT_SAVED in lost.content.decode()
    assert "Zoë" not in lost.content.decode()


@pytest.mark.parametrize("page", ["/sign-in/", "/sign-in/?next=/"])
def test_sign_in_says_nothing_of_the_kind_at_the_beginning_of_a_day(people, page):
    assert NOT_SAVED not in Client().get(page).content.decode()
