"""Signing in: both factors or nothing, the same answer to everybody who may not."""

from time import perf_counter

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.joining import enrol_totp
from accounts.models import User
from tests.accounts.signing_in import SECRET, code_of, post_code, post_password, sign_in
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def test_signs_in_with_password_and_code(people):
    browser = Client()
    enrol_totp(people.officer.user, SECRET)

    first = post_password(browser, "officer@example.org")
    half_way = browser.get(reverse("account_change_password"))
    second = post_code(browser, code_of())
    inside = browser.get(reverse("account_change_password"))

    assert (first.status_code, first["Location"]) == (302, reverse("mfa_authenticate"))
    assert half_way["Location"].startswith(reverse("account_login"))
    assert (second.status_code, second["Location"]) == (302, "/")
    assert inside.status_code == 200


def test_address_is_taken_in_capitals_and_with_spaces(people):
    enrol_totp(people.officer.user, SECRET)

    answer = post_password(Client(), " Officer@Example.ORG ")

    assert answer["Location"] == reverse("mfa_authenticate")
