"""Sessions: new at sign-in, short, and over at once for whoever may no longer act."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import founding, joining, leaving
from accounts.models import Agency, Membership, User
from accounts.roles import Role
from accounts.sign_in import sitting
from accounts.sign_in.sessions import SessionStore
from tests import databases
from tests.accounts.signing_in import PASSWORD, SECRET, post_password, sign_in

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = "account_change_password"
OWN = "a passphrase nobody else made"


def is_inside(browser: Client) -> bool:
    """Whether the browser's session is good for anything."""
    return browser.get(reverse(PAGE)).status_code == 200


def set_back(browser: Client, **ago: timedelta) -> None:
    """Make a session's clocks say that something was longer ago."""
    session = SessionStore(browser.cookies["sessionid"].value)
    for clock, back in ago.items():
        session[clock] = sitting.database_time().timestamp() - back.total_seconds()
    session.save()


def test_begins_under_a_new_id_and_ends_the_old(people):
    browser = Client()
    joining.enrol_totp(people.administrator.user, SECRET)
    post_password(browser, "administrator@example.org")
    before = browser.cookies["sessionid"].value

    sign_in(people.administrator, browser)
    after = browser.cookies["sessionid"].value

    assert before != after
    assert not SessionStore().exists(before)


def test_forgets_the_session_at_sign_out(people):
    browser = sign_in(people.administrator)
    key = browser.cookies["sessionid"].value

    browser.post(reverse("account_logout"))
    browser.cookies["sessionid"] = key

    assert not SessionStore().exists(key)
    assert not is_inside(browser)


def test_keeps_nothing_in_the_table_that_a_cookie_could_carry(people):
    browser = sign_in(people.administrator)
    cookie = browser.cookies["sessionid"].value

    rows = [row.session_key for row in Session.objects.all()]
    for row in rows:
        thief = Client()
        thief.cookies["sessionid"] = row
        assert not is_inside(thief)

    assert rows
    assert cookie not in str(list(Session.objects.values()))
    assert is_inside(browser)


def test_forgets_sessions_that_are_over_when_somebody_signs_in(people):
    old = sign_in(people.administrator)
    Session.objects.update(expire_date=sitting.database_time() - timedelta(seconds=1))

    new = sign_in(people.administrator)

    assert not SessionStore().exists(old.cookies["sessionid"].value)
    assert SessionStore().exists(new.cookies["sessionid"].value)


def test_lasts_while_somebody_is_there(people):
    browser = sign_in(people.administrator)

    set_back(browser, active_at=timedelta(minutes=14, seconds=50))
    first = is_inside(browser)
    moved = SessionStore(browser.cookies["sessionid"].value)["active_at"]

    assert first
    assert sitting.database_time().timestamp() - moved < 10


def test_ends_after_fifteen_idle_minutes(people):
    browser = sign_in(people.administrator)
    key = browser.cookies["sessionid"].value

    set_back(browser, active_at=timedelta(minutes=15, seconds=1))

    assert not is_inside(browser)
    assert not SessionStore().exists(key)


def test_ends_after_ten_hours_however_busy(people):
    browser = sign_in(people.administrator)

    set_back(browser, began_at=timedelta(hours=9, minutes=59))
    almost = is_inside(browser)
    set_back(browser, began_at=timedelta(hours=10, seconds=1))

    assert almost
    assert not is_inside(browser)


def test_a_page_that_refreshes_itself_is_no_activity(people):
    browser = sign_in(people.administrator)
    set_back(browser, active_at=timedelta(minutes=10))

    browser.get(reverse(PAGE), headers={"X-Refresh": "1"})
    refreshed = SessionStore(browser.cookies["sessionid"].value)["active_at"]
    browser.get(reverse(PAGE))
    touched = SessionStore(browser.cookies["sessionid"].value)["active_at"]

    now = sitting.database_time().timestamp()
    assert now - refreshed >= 600
    assert now - touched < 10


def test_costs_five_statements_to_know_who_asks(people):
    browser = sign_in(people.administrator)
    browser.get(reverse(PAGE))

    # the session, the person, the membership, and two to tell the database; then the savepoints
    # that stand for the request's transaction inside a test's, and forgetting the asker
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse(PAGE))

    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert len(statements) == 6, statements


def test_writes_activity_once_a_minute_at_most(people):
    browser = sign_in(people.administrator)
    browser.get(reverse(PAGE))
    before = SessionStore(browser.cookies["sessionid"].value)["active_at"]

    browser.get(reverse(PAGE))

    assert SessionStore(browser.cookies["sessionid"].value)["active_at"] == before


def test_a_session_without_clocks_or_without_a_second_factor_opens_nothing(people):
    browser = Client()

    browser.force_login(people.administrator.user)

    assert not is_inside(browser)


def test_a_new_password_ends_every_other_session(people):
    here, there = sign_in(people.administrator), sign_in(people.administrator)
    before = is_inside(there)

    form = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
    answer = here.post(reverse(PAGE), form)

    assert (before, answer.status_code, answer["Location"]) == (True, 302, "/")
    assert is_inside(here)
    assert not is_inside(there)


@pytest.mark.parametrize(
    "new",
    [
        "fourteen chars",
        "1234567890123456",
        PASSWORD,
        "administrator@example.org",
        "Administrator A",
    ],
)
def test_refuses_a_weak_or_the_same_password(people, new):
    browser = sign_in(people.administrator)

    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = browser.post(reverse(PAGE), form)

    assert answer.status_code == 200
    assert people.administrator.user.check_password(PASSWORD)


def test_compares_passwords_whole(people):
    browser, long = sign_in(people.administrator), "éaßøñ☃kq" * 16
    browser.post(reverse(PAGE), {"oldpassword": PASSWORD, "password1": long, "password2": long})

    assert people.administrator.user.check_password(long)
    assert not people.administrator.user.check_password(long[:-1])


def _shut_out() -> None:
    leaving.shut_out(User.objects.get(email="administrator@example.org"))


def _leave() -> None:
    leaving.leave(
        User.objects.get(email="administrator@example.org"),
        Agency.objects.get(code="liverpool-idva"),
    )


def _suspend() -> None:
    founding.suspend(Agency.objects.get(code="liverpool-idva"))


def _give_back() -> None:
    joining.give_back(User.objects.get(email="administrator@example.org"))


def _change_role() -> None:
    joining.change_role(
        User.objects.get(email="administrator@example.org"),
        Agency.objects.get(code="liverpool-idva"),
        role=Role.ADVISER,
    )


@pytest.mark.parametrize("end", [_shut_out, _leave, _suspend, _give_back, _change_role])
def test_ends_at_once_for_whoever_may_no_longer_act(own_database, people, end):
    browser, other = sign_in(people.administrator), sign_in(people.officer)
    before = is_inside(browser)

    with databases.as_owner():
        end()

    assert before
    assert not is_inside(browser)
    assert other.get(reverse("mfa_activate_totp"))["Location"] == "/"


def test_a_one_time_password_opens_only_the_choice_of_an_own_one(own_database, people):
    with databases.as_owner():
        agency = Agency.objects.get(code="liverpool-idva")
        joined = joining.join(agency, email="New@example.org", name="New", role="administrator")
    browser = Client()
    post_password(browser, "new@example.org", joined.one_time_password)

    elsewhere = browser.get(reverse("mfa_activate_totp"))
    form = {"oldpassword": joined.one_time_password, "password1": OWN, "password2": OWN}
    same = browser.post(
        reverse(PAGE), form | dict.fromkeys(["password1", "password2"], joined.one_time_password)
    )
    browser.post(reverse(PAGE), form)
    then = browser.get(reverse(PAGE))

    assert elsewhere["Location"] == reverse(PAGE)
    assert same.status_code == 200
    assert then["Location"] == reverse("mfa_activate_totp")
    assert post_password(Client(), "new@example.org", joined.one_time_password).status_code == 200
    assert post_password(Client(), "new@example.org", OWN).status_code == 302


def test_a_one_time_password_is_no_good_after_a_week(own_database, people):
    with databases.as_owner():
        agency = Agency.objects.get(code="liverpool-idva")
        joined = joining.join(agency, email="new@example.org", name="New", role="administrator")
    in_time = post_password(Client(), "new@example.org", joined.one_time_password)
    user = User.objects.get(email="new@example.org")
    user.password_due_at -= timedelta(days=7, seconds=1)
    user.save(update_fields=["password_due_at"])

    late = post_password(Client(), "new@example.org", joined.one_time_password)

    assert (in_time.status_code, late.status_code) == (302, 200)


def test_a_session_from_before_the_second_factor_does_not_grow_up(people):
    browser = Client()
    post_password(browser, "administrator@example.org")
    joining.enrol_totp(people.administrator.user, SECRET)

    answer = browser.get(reverse(PAGE), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("account_login")
    assert not is_inside(browser)


def test_acts_under_a_membership_only_when_signed_in_whole(people):
    half = Client()
    post_password(half, "administrator@example.org")

    before = half.get(reverse("mfa_activate_totp")).wsgi_request.membership
    after = sign_in(people.administrator).get(reverse(PAGE)).wsgi_request.membership

    assert before is None
    assert after == Membership.objects.get(user__email="administrator@example.org")


PRODUCTION = """
import json
import django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY",
    "PASSWORD_HASHERS", "SESSION_ENGINE", "DEBUG")}))
"""


def test_production_keeps_its_cookies_to_itself():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "ALLOWED_HOSTS": "pierhead.example",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    told = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", PRODUCTION],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )

    assert json.loads(told.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "SESSION_ENGINE": "accounts.sign_in.sessions",
        "DEBUG": False,
    }
