"""Joining two cases of one person on the screen, and parting them."""

import re

import pytest

from tests import given
from tests.accounts.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def two(people):
    return [
        given.a_taken_referral(
            people.officer, people.adviser, documents=given.somebody_else(people.officer)
        )
        for _ in range(2)
    ]


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def join(browser, one, other, reason="they_said_so"):
    given_ = {"other": other, "reason": reason}
    return browser.post(f"/cases/{one.reference}/join/", given_, follow=True)


def test_manager_joins_them_and_each_case_leads_to_the_other(people, two):
    one, other = two
    manager = sign_in(people.duty_manager)
    assert "same person as another case?" in words_of(manager.get(f"/cases/{one.reference}/"))

    page = join(manager, one, f" {other.reference.lower()} ")

    assert f"Joined with {other.reference}" in words_of(page)
    theirs = sign_in(people.adviser).get(f"/cases/{other.reference}/")
    assert f"Joined with {one.reference}" in words_of(theirs)
    assert "Part them" not in words_of(theirs)


def test_parted_neither_says_so_any_more(people, two):
    one, other = two
    manager = sign_in(people.duty_manager)
    join(manager, one, other.reference)
    form = manager.get(f"/cases/{one.reference}/part/?other={other.reference}")
    assert f'value="{other.reference}"' in form.content.decode()

    given_ = {"other": other.reference, "reason": "somebody_else"}
    page = words_of(manager.post(f"/cases/{one.reference}/part/", given_, follow=True))

    assert "Parted." in page
    assert "Joined with" not in page


def test_what_is_not_there_or_not_theirs_is_said_in_the_same_words(people, two):
    one, _ = two
    elsewhere = given.a_taken_referral(
        people.officer, people.wirral_adviser, documents=given.somebody_else(people.officer)
    )
    manager = sign_in(people.duty_manager)

    said = [words_of(join(manager, one, each)) for each in (elsewhere.reference, "PH-99999999")]

    assert all("Your agency has no referral of that reference" in page for page in said)
    assert "Enter the reference of another case" in words_of(join(manager, one, one.reference))


def test_joining_is_for_managers(people, two):
    one, other = two
    adviser = sign_in(people.adviser)

    assert "same person as another" not in words_of(adviser.get(f"/cases/{one.reference}/"))
    assert adviser.get(f"/cases/{one.reference}/join/").status_code == 403
    assert join(adviser, one, other.reference).status_code == 403
    assert sign_in(people.duty_manager).get(f"/cases/{one.reference}/join/").status_code == 200
