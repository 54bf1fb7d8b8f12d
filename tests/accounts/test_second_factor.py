"""Codes: needed by everybody, sealed at rest, and good for one use whatever happens around them."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.actions.joining import enrol_totp
from accounts.models import User
from accounts.sign_in import second_factor
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import (
    SECRET,
    at_once,
    code_of,
    forget_codes,
    post_code,
    post_password,
    sign_in,
)
from vault.errors import CannotOpen

BOSS = "administrator@example.org"
ENROL = "account/authenticator/"


def half_way(people, email: str = BOSS) -> Client:
    """A browser that has given the right password."""
    browser = Client()
    post_password(browser, email)
    return browser


def recovery_codes(browser: Client) -> list[str]:
    """Fresh recovery codes of whoever is signed in."""
    browser.post(reverse("mfa_generate_recovery_codes"))
    return list(browser.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])


def enrol(browser: Client, *, code: str = ""):
    """Scan the code the page offers, and type what the app shows."""
    secret = browser.get(f"/{ENROL}").context["form"].secret
    return secret, browser.post(f"/{ENROL}", {"code": code or code_of(secret)})


def pages() -> list[str]:
    """Every page there is that takes no argument."""
    return [f"/{path}" for path in _paths(get_resolver()) if "<" not in path and "(" not in path]


def _paths(resolver, prefix: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        found += _paths(pattern, path) if hasattr(pattern, "url_patterns") else [path]
    return found


def test_without_a_second_factor_every_page_leads_to_setting_one_up(people):
    browser = half_way(people)
    own = {f"/{ENROL}", "/sign-out/"}

    answers = {path: browser.get(path) for path in pages() if not path.startswith("/api/")}

    reached = {path for path, answer in answers.items() if answer.status_code == 200}
    assert reached == own
    for path in answers.keys() - own:
        assert answers[path]["Location"] == f"/{ENROL}", path


def test_setting_one_up_opens_the_house_and_shows_recovery_codes(people):
    browser = half_way(people)

    _, answer = enrol(browser)
    codes = browser.get(answer["Location"])
    inside = browser.get(reverse("account_change_password"))

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert len(codes.context["unused_codes"]) == 10
    assert inside.status_code == 200


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_offer(people):
    browser = half_way(people)

    secret, wrong = enrol(browser, code="000000")
    right = browser.post(f"/{ENROL}", {"code": code_of(secret)})

    assert wrong.status_code == 200
    assert right.status_code == 302


def test_setting_up_a_second_one_is_not_offered(people):
    browser = sign_in(people.administrator)

    assert browser.get(f"/{ENROL}")["Location"] == "/"


def test_the_code_that_set_it_up_does_not_sign_in_again(people):
    browser = half_way(people)
    secret, _ = enrol(browser)

    again = post_code(half_way(people), code_of(secret))

    assert again.status_code == 200


def test_offered_and_kept_seeds_are_sealed(people):
    browser = half_way(people)
    secret, offered = browser.get(f"/{ENROL}").context["form"].secret, dict(browser.session)
    browser.post(f"/{ENROL}", {"code": code_of(secret)})

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        kept = cursor.fetchone()[0]

    assert secret not in str(offered)
    assert secret not in str(dict(browser.session))
    assert secret not in kept


def test_a_seed_moved_to_another_person_does_not_open(people):
    sealed = second_factor.seal(people.officer.user_id, SECRET)

    assert second_factor.unseal(people.officer.user_id, sealed) == SECRET
    with pytest.raises(CannotOpen):
        second_factor.unseal(people.colleague.user_id, sealed)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_takes_a_code_of_the_step_beside(people, steps):
    enrol_totp(people.administrator.user, SECRET)

    assert post_code(half_way(people), code_of(steps=steps)).status_code == 302


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "1" * 400, "\0", "\u0660" * 6])
def test_refuses_what_is_no_code(people, code):
    enrol_totp(people.administrator.user, SECRET)

    assert post_code(half_way(people), code).status_code == 200


@pytest.mark.parametrize("steps", [-3, 3])
def test_refuses_a_code_of_another_time(people, steps):
    enrol_totp(people.administrator.user, SECRET)

    assert post_code(half_way(people), code_of(steps=steps)).status_code == 200


def test_refuses_a_code_twice_even_after_the_cache_is_gone(people):
    enrol_totp(people.administrator.user, SECRET)
    code = code_of()
    first = post_code(half_way(people), code)
    cache.clear()

    second = post_code(half_way(people), code)

    assert (first.status_code, second.status_code) == (302, 200)


def test_refuses_an_older_code_after_a_newer_one(people):
    enrol_totp(people.administrator.user, SECRET)
    first = post_code(half_way(people), code_of(steps=1))

    second = post_code(half_way(people), code_of())

    assert (first.status_code, second.status_code) == (302, 200)


def test_refuses_another_persons_code(people):
    enrol_totp(people.administrator.user, SECRET)
    enrol_totp(people.officer.user, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

    mine = post_code(half_way(people), code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))

    assert mine.status_code == 200


def test_locks_after_wrong_codes_even_for_the_right_one(people):
    enrol_totp(people.administrator.user, SECRET)
    browser = half_way(people)
    for _ in range(5):
        post_code(browser, "000000")

    assert post_code(browser, code_of()).status_code == 200


def test_one_of_many_uses_of_a_code_at_once_wins(own_database, people):
    enrol_totp(people.administrator.user, SECRET)
    browsers = [half_way(people) for _ in range(4)]
    code = code_of()

    answers = at_once(4, lambda number: post_code(browsers[number], code).status_code)

    assert sorted(answers) == [200, 200, 200, 302]


def test_a_recovery_code_signs_in_once(people):
    codes = recovery_codes(sign_in(people.administrator))

    first = post_code(half_way(people), codes[0])
    second = post_code(half_way(people), codes[0])
    another = post_code(half_way(people), codes[1])

    assert (first.status_code, second.status_code, another.status_code) == (302, 200, 302)


def test_one_of_many_uses_of_a_recovery_code_at_once_wins(own_database, people):
    codes = recovery_codes(sign_in(people.administrator))
    browsers = [half_way(people) for _ in range(4)]

    answers = at_once(4, lambda number: post_code(browsers[number], codes[0]).status_code)

    assert sorted(answers) == [200, 200, 200, 302]


def test_recovery_codes_are_sealed_and_shown_once(people):
    browser = sign_in(people.administrator)
    codes = recovery_codes(browser)
    again = browser.get(reverse("mfa_view_recovery_codes"))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert len(set(codes)) == 10
    assert {len(code) for code in codes} == {16}
    assert not again.context["can_view_codes"]
    for code in codes:
        assert code not in again.content.decode()
        assert code not in kept


def test_new_recovery_codes_end_the_old(people):
    browser = sign_in(people.administrator)
    old = recovery_codes(browser)
    new = recovery_codes(browser)

    assert post_code(half_way(people), old[0]).status_code == 200
    assert post_code(half_way(people), new[0]).status_code == 302


def test_records_every_change_and_every_wrong_code(own_database, people):
    browser = half_way(people)
    enrol(browser)
    forget_codes(people.administrator.user)
    browser.post(reverse("mfa_generate_recovery_codes"))
    browser.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    browser.post(reverse("mfa_reauthenticate"), {"code": code_of(seed_of(people))})

    with databases.as_owner(), unit_of_work(Context.migration()):
        entries = AuditEntry.objects.order_by("at")
        written = list(entries.values_list("agency_id", "action", "decision", "object_id"))[-6:]
    who, where = str(people.administrator.user_id), people.administrator.agency_id
    assert written == [
        (0, "sign_in", "allowed", who),
        (0, "add_second_factor", "allowed", who),
        (where, "make_recovery_codes", "allowed", who),
        (where, "second_factor", "refused", who),
        (where, "second_factor", "allowed", who),
        (where, "step_up", "allowed", who),
    ]


def seed_of(people) -> str:
    """The administrator's seed, opened as the sign-in opens it."""
    user = people.administrator.user
    totp = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return second_factor.unseal(user.pk, totp.data["secret"])


def test_the_newest_step_is_kept_where_the_person_is(people):
    sign_in(people.administrator)

    kept = User.objects.get(email=BOSS).last_totp_counter
    forget_codes(people.administrator.user)

    assert kept > 0
    assert User.objects.get(email=BOSS).last_totp_counter == 0
