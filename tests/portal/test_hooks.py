"""The administrator's pages of where a system is told."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.scopes import SCOPES
from events.models import Call, Hook
from portal.people.hooks import answer_in_words
from portal.rota.people import sign_of
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.events.conftest import a_system, anywhere, receiver, said, sweep, system
from tests.referrals.conftest import as_owner

__all__ = ["anywhere", "receiver", "system"]

ACTS = ("add_hook", "renew_hook", "test_hook", "replay_hook", "end_hook")


@pytest.fixture
def admin(people, system):
    return sign_in(people.administrator)


def at(page, member):
    return reverse(f"portal:{page}", args=[sign_of(member.pk)])


def words_of(answer):
    return answer.content.decode()


def told(admin, system, receiver):
    return admin.post(at("add_hook", system), {"address": receiver.url})


def test_administrator_sets_it_up_tests_it_and_sees_that_it_answered(
    admin, system, receiver, anywhere
):
    assert "It is told nowhere" in words_of(admin.get(at("told", system)))

    made = told(admin, system, receiver)

    assert re.search(r"<code>whsec_[^<]+</code>", words_of(made))
    assert re.search(r"Public key</dt><dd[^>]*><code>whpk_", words_of(made))
    assert "whsec_" not in words_of(admin.get(at("told", system)))
    assert "Never yet" in words_of(admin.get(at("told", system)))
    admin.post(at("test_hook", system))
    assert sweep() == 1
    assert said(receiver) == [("test", "")]
    page = words_of(admin.get(at("told", system)))
    assert "Never yet" not in page
    assert receiver.url in page


def test_what_was_given_up_is_listed_and_sent_again(admin, system, receiver, anywhere):
    told(admin, system, receiver)
    admin.post(at("test_hook", system))
    as_owner("UPDATE events_call SET parked_at = now(), parked_for = 'failed', last_answer = '500'")
    page = words_of(admin.get(at("told", system)))
    assert "Given up, the newest 1" in page

    answer = admin.post(at("replay_hook", system), follow=True)

    assert "1 call is on the way again" in words_of(answer)
    assert sweep() == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "Enter the address"),
        ("ftp://example.org/", "begins with https"),
        ("https://127.0.0.1/", "leads to a private address"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(admin, system, address, why):
    answer = admin.post(at("add_hook", system), {"address": address})

    assert why in words_of(answer)
    assert as_owner("SELECT 1 FROM events_hook") == []


def test_a_new_secret_is_shown_once_and_stopping_ends_it(admin, system, receiver, anywhere):
    first = told(admin, system, receiver)
    second = admin.post(at("renew_hook", system))
    secrets = [re.search(r"whsec_[^<]+", words_of(each))[0] for each in (first, second)]
    assert secrets[0] != secrets[1]

    admin.post(at("end_hook", system))

    assert "It is told nowhere" in words_of(admin.get(at("told", system)))


@pytest.mark.parametrize("act", ACTS)
def test_each_act_asks_who_it_is_again(admin, system, receiver, anywhere, act):
    told(admin, system, receiver)
    grow_stale(admin, timedelta(minutes=6))

    answer = admin.post(at(act, system), {"address": receiver.url})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/again/")
    assert as_owner("SELECT count(*) FROM events_call")[0][0] == 0
    assert as_owner("SELECT count(*) FROM events_hook WHERE ended_at IS NULL")[0][0] == 1


@pytest.mark.parametrize("who", ["adviser", "duty_manager", "officer"])
def test_nobody_else_has_these_pages(people, system, who):
    browser = sign_in(getattr(people, who))

    for page in ("told", *ACTS):
        assert browser.get(at(page, system)).status_code == 403
    assert sign_in(people.administrator).get(at("told", system)).status_code == 200


def test_a_system_that_may_not_hear_says_so(own_database, people):
    deaf = a_system("liverpool-idva", [scope for scope in SCOPES if scope != "event:read"])

    page = sign_in(people.administrator).get(at("told", deaf.membership))

    assert "may not hear" in words_of(page)
    assert Hook.objects.count() == Call.objects.count() == 0


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("500", "HTTP status 500"),
        ("ConnectionRefusedError", "nobody answered"),
        ("TimeoutError", "nothing within eight seconds"),
        ("SSLCertVerificationError", "its certificate is not good"),
        ("", "none yet"),
    ],
)
def test_what_came_of_a_call_is_said_in_words(kept, said):
    assert answer_in_words(kept) == said
