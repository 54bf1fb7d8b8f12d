"""Signing in as a test does it: a browser, a password, and a code from a seed it knows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.actions.joining import enrol_totp
from accounts.models import Membership, User
from tests.world import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERIOD = 30


def code_of(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the authenticator app shows, ``steps`` of thirty seconds from now."""
    return str(format_hotp_value(hotp_value(secret, int(time()) // PERIOD + steps)))


def forget_codes(user: User) -> None:
    """Let a test use a second code within the same thirty seconds."""
    User.objects.filter(pk=user.pk).update(last_totp_counter=0)


def post_password(
    browser: Client, email: str, password: str = PASSWORD, **more: str
) -> HttpResponse:
    """The first step."""
    form = {"login": email, "password": password, **more}
    return browser.post(reverse("account_login"), form)


def post_code(browser: Client, code: str) -> HttpResponse:
    """The second step."""
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def sign_in(member: Membership, browser: Client | None = None) -> Client:
    """A browser in which a member has signed in, with both factors."""
    browser = browser or Client()
    assert member.user
    if not member.user.authenticator_set.filter(type="totp").exists():
        enrol_totp(member.user, SECRET)
    forget_codes(member.user)
    post_password(browser, member.user.email)
    answer = post_code(browser, code_of())
    assert answer.status_code == 302, answer.content.decode()
    return browser


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    """Run a deed on real threads that start together, each with a connection of its own."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        try:
            return deed(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))
