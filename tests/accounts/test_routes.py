"""Which of allauth's pages exist here: a closed list."""

import pytest
from django.test import Client
from django.urls import get_resolver

MOUNTED = {
    "account_login": "sign-in/",
    "mfa_authenticate": "sign-in/code/",
    "mfa_reauthenticate": "sign-in/again/",
    "account_logout": "sign-out/",
    "account_change_password": "account/password/",
    "mfa_activate_totp": "account/authenticator/",
    "mfa_view_recovery_codes": "account/recovery-codes/",
    "mfa_generate_recovery_codes": "account/recovery-codes/new/",
}
WITHOUT_SIGN_IN = {"account_login", "mfa_authenticate", "account_logout"}


def _routes(resolver, prefix: str = ""):
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern, path)
        else:
            yield path, pattern


def _is_of_allauth(callback) -> bool:
    view = getattr(callback, "view_class", callback)
    homes = {view.__module__, *(base.__module__ for base in getattr(view, "__mro__", ()))}
    return any(home.startswith(("allauth", "portal.sign_in")) for home in homes)


def test_mounts_no_other_page_of_allauth():
    mounted = {
        pattern.name: path
        for path, pattern in _routes(get_resolver())
        if _is_of_allauth(pattern.callback) or (pattern.name or "").startswith(("account", "mfa"))
    }

    assert mounted == MOUNTED


@pytest.mark.parametrize(
    "path",
    ["signup/", "password/reset/", "email/", "confirm-email/", "login/code/", "social/signup/"],
)
def test_allauths_own_addresses_do_not_exist(people, path):
    for prefix in ("/accounts/", "/account/", "/"):
        assert Client().get(prefix + path).status_code in {302, 404}
        assert Client().post(prefix + path).status_code in {302, 404}


def test_needs_no_sign_in_only_to_sign_in_or_give_up(people):
    answers = {name: Client().get(f"/{path}") for name, path in MOUNTED.items()}

    to_sign_in = {
        name
        for name, answer in answers.items()
        if answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")
    }
    assert to_sign_in == MOUNTED.keys() - WITHOUT_SIGN_IN
