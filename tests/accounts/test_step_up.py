"""Step-up: a fresh second factor, one's own, and a new session id with it."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from accounts.sign_in import sitting
from accounts.sign_in.sessions import SessionStore
from tests.accounts.signing_in import code_of, forget_codes, sign_in

RECORDS = "account_authentication_methods"
CODES = "mfa_view_recovery_codes"
NEW_CODES = "mfa_generate_recovery_codes"


def grow_stale(browser: Client, age: timedelta) -> None:
    """Make every proof of this session that old."""
    session = SessionStore(browser.cookies["sessionid"].value)
    for record in session[RECORDS]:
        record["at"] = sitting.database_time().timestamp() - age.total_seconds()
    session.save()


def again(browser: Client, code: str, page: str = NEW_CODES):
    """Type a code where a fresh one is asked for."""
    address = f"{reverse('mfa_reauthenticate')}?next={reverse(page)}"
    return browser.post(address, {"code": code})


def test_lets_a_fresh_second_factor_through(people):
    browser = sign_in(people.administrator)
    grow_stale(browser, timedelta(minutes=4, seconds=50))

    assert browser.get(reverse(NEW_CODES)).status_code == 200


def test_asks_again_after_five_minutes_and_leads_back(people):
    browser = sign_in(people.administrator)
    grow_stale(browser, timedelta(minutes=5, seconds=1))
    before = browser.cookies["sessionid"].value

    asked = browser.get(reverse(NEW_CODES))
    posted = browser.post(reverse(NEW_CODES))
    forget_codes(people.administrator.user)
    proved = again(browser, code_of())

    assert (
        asked["Location"]
        == f"{reverse('mfa_reauthenticate')}?next=%2Faccount%2Frecovery-codes%2Fnew%2F"
    )
    assert posted["Location"] == asked["Location"]
    assert proved["Location"] == reverse(NEW_CODES)
    assert browser.get(reverse(NEW_CODES)).status_code == 200
    assert browser.cookies["sessionid"].value != before
    assert not SessionStore().exists(before)


def test_the_code_that_signed_in_is_not_a_fresh_one(people):
    browser = sign_in(people.administrator)
    grow_stale(browser, timedelta(minutes=6))

    answer = again(browser, code_of())

    assert answer.status_code == 200
    assert browser.get(reverse(NEW_CODES)).status_code == 302


def test_asks_before_recovery_codes_are_shown(people):
    browser = sign_in(people.administrator)
    browser.post(reverse(NEW_CODES))
    grow_stale(browser, timedelta(minutes=6))

    assert browser.get(reverse(CODES)).status_code == 302


def test_another_persons_proof_counts_for_nothing(people):
    browser = sign_in(people.administrator)
    session = SessionStore(browser.cookies["sessionid"].value)
    session["account_authentication_methods_user"] = str(people.officer.user_id)
    session.save()

    assert browser.get(reverse(NEW_CODES))["Location"] == reverse("mfa_activate_totp")


def test_leads_nowhere_else_afterwards(people):
    browser = sign_in(people.administrator)
    grow_stale(browser, timedelta(minutes=6))
    forget_codes(people.administrator.user)

    address = f"{reverse('mfa_reauthenticate')}?next=//evil.example/"
    answer = browser.post(address, {"code": code_of()})

    assert answer["Location"] == "/"
