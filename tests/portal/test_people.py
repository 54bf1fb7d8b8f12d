"""The administrator's pages: people, roles, systems; secrets that are shown once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from jwcrypto.jwk import JWK

from accounts.models import Membership, User
from portal.rota.people import sign_of
from tests import given
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.api.systems import System
from tests.events.conftest import a_system

PEOPLE, SYSTEMS = "/people/", "/people/systems/"
NEW = {"name": "Sam Newcomer", "email": "sam.newcomer@example.org", "role": "adviser"}
ACTS = ("change_role", "has_left", "sign_out_colleague")


@pytest.fixture
def admin(people):
    return sign_in(people.administrator)


def at(page, member):
    return reverse(f"portal:{page}", args=[sign_of(member.pk)])


def words_of(answer):
    return answer.content.decode()


def shown_once(answer, what):
    found = re.search(rf"{what}</dt><dd[^>]*><code>([^<]+)</code>", words_of(answer))
    assert found
    return found[1]


def test_list_names_everybody_of_the_agency_and_nobody_else(people, admin):
    page = words_of(admin.get(PEOPLE))

    assert people.adviser.user.name in page
    assert people.duty_manager.user.email in page
    assert people.wirral_adviser.user.name not in page
    assert people.officer.user.name not in page


def test_somebody_new_is_given_a_password_that_is_shown_only_now(people, admin):
    answer = admin.post(f"{PEOPLE}new/", NEW)

    password = shown_once(answer, "One-time password")
    user = User.objects.get(email=NEW["email"])
    assert user.check_password(password)
    assert answer["Cache-Control"] == "no-store, max-age=0"
    assert password not in words_of(admin.get(PEOPLE))
    assert "Sam Newcomer" in words_of(admin.get(PEOPLE))
    assert "already a member" in words_of(admin.post(f"{PEOPLE}new/", NEW))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter their name"),
        ({"email": "sam"}, "Enter an e-mail address, like name@example.org"),
        ({"role": ""}, "Select what they do"),
        ({"role": "officer"}, "choose one of the answers listed"),
        ({"role": "client"}, "choose one of the answers listed"),
    ],
)
def test_what_is_wrong_is_said_beside_it(people, admin, changes, said):
    answer = admin.post(f"{PEOPLE}new/", {**NEW, **changes})

    assert said in words_of(answer)
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_role_is_changed_and_they_sign_in_anew(people, admin):
    theirs = sign_in(people.adviser)

    done = admin.post(at("change_role", people.adviser), {"role": "duty_manager"}, follow=True)

    assert "has another role" in words_of(done)
    assert Membership.objects.get(pk=people.adviser.pk).role == "duty_manager"
    assert theirs.get("/duty/").status_code == 302


def test_who_has_left_sees_nothing_and_what_they_had_in_hand_is_said(people, admin):
    given.a_taken_referral(people.officer, people.adviser)
    theirs = sign_in(people.adviser)
    warned = words_of(admin.get(at("has_left", people.adviser)))

    done = words_of(admin.post(at("has_left", people.adviser), follow=True))

    assert "They have cases: 1" in warned
    assert "Tell a manager: cases 1" in done
    assert "Who has left" in done
    assert theirs.get("/duty/").status_code == 302
    assert admin.get(at("has_left", people.adviser)).status_code == 404


def test_signed_out_everywhere(people, admin):
    theirs = sign_in(people.adviser)

    admin.post(at("sign_out_colleague", people.adviser))

    assert theirs.get("/duty/").status_code == 302
    assert sign_in(people.adviser).get("/duty/").status_code == 200


@pytest.mark.parametrize("page", ACTS)
def test_ones_own_is_another_administrators(people, admin, page):
    answer = admin.post(at(page, people.administrator), {"role": "analyst"})

    assert "Ask another administrator" in words_of(answer)
    assert Membership.objects.get(pk=people.administrator.pk).role == "administrator"


@pytest.mark.parametrize("page", ACTS)
def test_acts_are_the_administrators_on_their_own(people, admin, page):
    assert admin.get(at(page, people.adviser)).status_code == 200
    assert admin.get(at(page, people.wirral_adviser)).status_code == 404
    for who in (people.duty_manager, people.officer, people.team_lead):
        assert sign_in(who).get(at(page, people.adviser)).status_code == 403


@pytest.mark.parametrize("page", ACTS)
def test_whatever_changes_somebody_asks_who_it_is_again(people, admin, page):
    grow_stale(admin, timedelta(minutes=6))

    answer = admin.post(at(page, people.adviser), {"role": "analyst"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/again/")
    now = Membership.objects.get(pk=people.adviser.pk)
    assert (now.role, now.ended_at) == ("adviser", None)


def test_page_made_before_another_change_is_stale(people, admin):
    address = at("change_role", people.adviser)
    admin.post(address, {"role": "duty_manager", "made_from": "adviser"})

    late = admin.post(address, {"role": "analyst", "made_from": "adviser"})

    assert late.status_code == 409
    assert Membership.objects.get(pk=people.adviser.pk).role == "duty_manager"


def test_system_works_with_what_was_shown_once_until_it_is_stopped(people, admin):
    asked = {"title": "Case system", "scopes": ["service:read"]}
    answer = admin.post(f"{SYSTEMS}new/", asked)
    client_id, secret = shown_once(answer, "Client id"), shown_once(answer, "Secret")
    system = System(client_id, secret, "service:read")
    assert system.get("services/").status_code == 200

    page = words_of(admin.get(SYSTEMS))
    assert ("Read the directory of services" in page, secret in page) == (True, False)
    membership = Membership.objects.get(application__client_id=client_id)
    renewed = shown_once(admin.post(at("renew_secret", membership)), "Secret")
    assert system.get("services/").status_code == 401
    again = System(client_id, renewed, "service:read")
    assert again.get("services/").status_code == 200

    done = words_of(admin.post(at("end_system", membership), follow=True))
    assert "does not act any more" in done
    assert again.get("services/").status_code == 401
    assert admin.get(at("end_system", membership)).status_code == 404


def test_system_needs_a_name_and_something_it_may_do(people, admin):
    answer = words_of(admin.post(f"{SYSTEMS}new/", {}))

    assert "Enter what the system is called" in answer
    assert "Select at least one thing" in answer


def test_lists_are_the_administrators(people, admin):
    for page in (PEOPLE, SYSTEMS, f"{PEOPLE}new/", f"{SYSTEMS}new/"):
        assert admin.get(page).status_code == 200
        assert sign_in(people.duty_manager).get(page).status_code == 403


# ---- how a system proves itself


def test_administrator_gives_a_system_its_key_and_takes_it_back(own_database, people):
    made = a_system("liverpool-idva").membership
    admin, pair = sign_in(people.administrator), JWK.generate(kty="EC", crv="P-256")
    assert "With a secret: for a trial" in words_of(admin.get(SYSTEMS))

    admin.post(at("use_key", made), {"public_key": pair.export_to_pem().decode()})
    assert "With a key of its own" in words_of(admin.get(SYSTEMS))
    assert "Back to a secret" in words_of(admin.get(SYSTEMS))

    admin.post(at("end_keys", made))
    assert "With a secret: for a trial" in words_of(admin.get(SYSTEMS))


def test_a_private_key_is_refused_with_what_to_do(own_database, people):
    made = a_system("liverpool-idva").membership
    private = JWK.generate(kty="EC", crv="P-256").export_private()

    answer = sign_in(people.administrator).post(at("use_key", made), {"public_key": private})

    assert "It must not leave the system" in words_of(answer)
    assert "With a secret" in words_of(sign_in(people.administrator).get(SYSTEMS))


def test_administrator_says_from_where_a_system_may_come(own_database, people):
    made = a_system("liverpool-idva").membership
    admin = sign_in(people.administrator)
    assert "Anywhere" in words_of(admin.get(SYSTEMS))

    assert "Give networks like" in words_of(admin.post(at("addresses", made), {"networks": "x"}))
    admin.post(at("addresses", made), {"networks": "192.0.2.0/24, 2001:db8::/48"})

    assert "192.0.2.0/24 2001:db8::/48" in words_of(admin.get(SYSTEMS))
    assert "192.0.2.0/24 2001:db8::/48" in words_of(admin.get(at("addresses", made)))


@pytest.mark.parametrize("act", ["use_key", "end_keys", "addresses"])
def test_how_a_system_proves_itself_asks_who_it_is_again(own_database, people, act):
    made = a_system("liverpool-idva").membership
    admin = sign_in(people.administrator)
    grow_stale(admin, timedelta(minutes=6))

    answer = admin.post(at(act, made), {"networks": "192.0.2.0/24"})

    assert answer["Location"].startswith("/sign-in/again/")
    assert sign_in(people.adviser).get(at(act, made)).status_code == 403
