"""Signing in: both factors or nothing, and the same answer to everybody who may not."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.actions import founding, leaving
from accounts.actions.joining import enrol_totp
from accounts.models import Agency, User
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import SECRET, at_once, code_of, post_code, post_password, sign_in
from tests.world import PASSWORD

WRONG = "The email address and/or password you specified are not correct."
THROTTLED = "Too many failed login attempts. Try again later."


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed: what takes time in a real sign-in."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


def said(answer) -> list[str]:
    """What the sign-in form says is wrong."""
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def test_signs_in_with_password_and_code(people):
    browser = Client()
    enrol_totp(people.administrator.user, SECRET)

    first = post_password(browser, "administrator@example.org")
    half_way = browser.get(reverse("account_change_password"))
    second = post_code(browser, code_of())
    inside = browser.get(reverse("account_change_password"))

    assert (first.status_code, first["Location"]) == (302, reverse("mfa_authenticate"))
    assert half_way["Location"].startswith(reverse("account_login"))
    assert (second.status_code, second["Location"]) == (302, "/")
    assert inside.status_code == 200


def test_takes_the_address_in_capitals_and_with_spaces(people):
    enrol_totp(people.officer.user, SECRET)

    answer = post_password(Client(), " Officer@Example.ORG ")

    assert answer["Location"] == reverse("mfa_authenticate")


def test_nobody_enters_by_the_code_page_without_a_password(people):
    enrol_totp(people.officer.user, SECRET)

    answer = post_code(Client(), code_of())

    assert answer["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@example.org", PASSWORD),
        ("officer@example.org", "another long passphrase"),
        ("officer@example.org", PASSWORD.upper()),
        ("officer@example.org", PASSWORD[:-1]),
        ("officer@example.org", PASSWORD + " "),
    ],
)
def test_says_the_same_of_unknown_and_wrong(people, email, password):
    answer = post_password(Client(), email, password)

    assert (answer.status_code, said(answer)) == (200, [WRONG])


def _shut_out() -> None:
    leaving.shut_out(User.objects.get(email="officer@example.org"))


def _leave() -> None:
    user = User.objects.get(email="officer@example.org")
    leaving.leave(user, Agency.objects.get(code="merseyside-police"))


def _suspend() -> None:
    founding.suspend(Agency.objects.get(code="merseyside-police"))


@pytest.mark.parametrize("end", [_shut_out, _leave, _suspend])
def test_says_the_same_of_those_who_may_no_longer(own_database, people, end):
    before = post_password(Client(), "officer@example.org").status_code
    with databases.as_owner():
        end()

    answer = post_password(Client(), "officer@example.org")

    assert before == 302
    assert (answer.status_code, said(answer)) == (200, [WRONG])


def test_hashes_as_often_for_unknown_wrong_and_shut_out(own_database, people, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    with databases.as_owner():
        leaving.shut_out(User.objects.get(email="colleague@example.org"))
    tries = ["nobody@example.org", "officer@example.org", "colleague@example.org"]
    passwords = [PASSWORD, "another long passphrase", PASSWORD]

    counts = []
    for email, password in zip(tries, passwords, strict=True):
        before = CountingHasher.count
        post_password(Client(), email, password)
        counts.append(CountingHasher.count - before)

    assert counts == [1, 1, 1]


def test_throttles_by_account_and_lets_others_in(people):
    for _ in range(5):
        post_password(Client(), "officer@example.org", "another long passphrase")

    locked = post_password(Client(), "officer@example.org")
    capitals = post_password(Client(HTTP_HOST="localhost"), "OFFICER@example.org")
    other = post_password(Client(), "colleague@example.org")

    assert (said(locked), said(capitals)) == ([THROTTLED], [THROTTLED])
    assert other.status_code == 302


def test_throttles_tries_that_come_at_once(own_database, people):
    pages = at_once(
        10,
        lambda _: post_password(Client(), "officer@example.org", "wrong").content.decode(),
    )

    assert sum(escape(WRONG) in page for page in pages) == 5
    assert sum(escape(THROTTLED) in page for page in pages) == 5


def test_throttles_accounts_that_do_not_exist_alike(people):
    for _ in range(5):
        post_password(Client(), "nobody@example.org")

    assert said(post_password(Client(), "nobody@example.org")) == [THROTTLED]


def test_throttles_a_source_that_tries_many_accounts(people):
    for number in range(20):
        post_password(Client(), f"nobody{number}@example.org")

    same = post_password(Client(), "officer@example.org")
    elsewhere = post_password(Client(REMOTE_ADDR="192.0.2.7"), "officer@example.org")

    assert said(same) == [THROTTLED]
    assert elsewhere.status_code == 302


def test_a_success_between_does_not_forgive_the_tries(people):
    for _ in range(4):
        post_password(Client(), "officer@example.org", "another long passphrase")
    in_between = post_password(Client(), "officer@example.org")
    post_password(Client(), "officer@example.org", "another long passphrase")

    locked = post_password(Client(), "officer@example.org")

    assert in_between.status_code == 302
    assert said(locked) == [THROTTLED]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "https:evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
    ],
)
def test_leads_nowhere_else_afterwards(people, target):
    browser = Client()
    enrol_totp(people.administrator.user, SECRET)

    post_password(browser, "administrator@example.org", next=target)
    answer = post_code(browser, code_of())

    assert answer["Location"] == "/"


def test_leads_back_to_the_page_that_was_asked_for(people):
    browser = Client()
    enrol_totp(people.administrator.user, SECRET)
    wanted = reverse("account_change_password")

    asked = browser.get(wanted)
    post_password(browser, "administrator@example.org", next=wanted)
    answer = post_code(browser, code_of())

    assert asked["Location"] == f"{reverse('account_login')}?next={wanted}"
    assert answer["Location"] == wanted


def test_wants_the_forms_token(people):
    browser = Client(enforce_csrf_checks=True)

    assert post_password(browser, "officer@example.org").status_code == 403


def test_signs_out_by_post_only(people):
    browser = sign_in(people.administrator)

    asked = browser.get(reverse("account_logout"))
    still = browser.get(reverse("account_change_password"))
    answer = browser.post(reverse("account_logout"))
    after = browser.get(reverse("account_change_password"))

    assert (asked.status_code, still.status_code) == (200, 200)
    assert answer["Location"] == reverse("account_login")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert after.status_code == 302


def test_gives_up_half_way(people):
    browser = Client()
    enrol_totp(people.administrator.user, SECRET)
    post_password(browser, "administrator@example.org")

    browser.post(reverse("account_logout"))

    assert browser.get(reverse("account_login")).status_code == 200
    assert post_code(browser, code_of())["Location"] == reverse("account_login")


def test_keeps_nothing_personal_in_the_session_or_the_throttle(people):
    browser = sign_in(people.administrator)
    post_password(Client(), "officer@example.org", "another long passphrase")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key || value, ' ') FROM accounts_cache")
        counted = cursor.fetchone()[0]
    kept = str([session.get_decoded() for session in Session.objects.all()])

    assert str(people.administrator.user_id) in kept
    for personal in ("@", "Administrator", PASSWORD, SECRET):
        assert personal not in kept
        assert personal not in counted
    assert browser.session["began_at"]


def test_records_who_signed_in_and_whose_account_was_tried(own_database, people):
    browser = sign_in(people.administrator)
    post_password(Client(), "administrator@example.org", "another long passphrase")
    post_password(Client(), "nobody@example.org")
    browser.post(reverse("account_logout"))

    with databases.as_owner(), unit_of_work(Context.migration()):
        entries = AuditEntry.objects.order_by("at")
        written = list(
            entries.values_list("agency_id", "action", "decision", "reason", "object_id")
        )[-5:]
        everything = str(list(entries.values("actor", "object_id", "purpose", "reason")))
    who, where = str(people.administrator.user_id), people.administrator.agency_id
    assert written == [
        (0, "second_factor", "allowed", "totp", who),
        (0, "sign_in", "allowed", "", who),
        (0, "sign_in", "refused", "password", who),
        (0, "sign_in", "refused", "password", ""),
        (where, "sign_out", "allowed", "", who),
    ]
    assert "@" not in everything
