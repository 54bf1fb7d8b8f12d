"""What is kept and what goes, on the screen of whoever answers for an agency's work."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from retention.models import Disposal, Hold
from tenancy.work import unit_of_work
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.referrals.conftest import as_owner
from tests.retention.conftest import house, old, own_reference  # noqa: F401 -- fixtures

LIST, ASK, HOLD = "/kept/", "/kept/ask/", "/kept/hold/"


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def second(house):  # noqa: F811 -- pytest's way
    as_owner(
        "UPDATE accounts_membership SET role = 'duty_manager' WHERE id = %s",
        house.second_adviser.pk,
    )
    yield house.second_adviser
    as_owner(
        "UPDATE accounts_membership SET role = 'adviser' WHERE id = %s", house.second_adviser.pk
    )


def ask(browser, reference, reason="time_is_up"):
    given = {"reference": reference, "reason": reason, "understood": "on"}
    return browser.post(ASK, given, follow=True)


def asked_about(house, reference):  # noqa: F811 -- pytest's way
    with unit_of_work(house.duty_manager.context):
        return Disposal.objects.get(reference=reference)


def test_manager_asks_from_the_list_and_a_second_one_lets_it_go(house, old, second):  # noqa: F811
    manager, reference = sign_in(house.duty_manager), own_reference(old, house.duty_manager)
    listed = manager.get(LIST).content.decode()
    assert f"{ASK}?reference={reference}" in listed
    assert f'value="{reference}"' in manager.get(f"{ASK}?reference={reference}").content.decode()

    assert "until a second person has said yes" in words_of(ask(manager, reference))
    assert f"{ASK}?reference={reference}" not in words_of(manager.get(LIST))
    answer = f"/kept/{asked_about(house, reference).pk}/answer/"
    assert manager.get(answer).status_code == 403
    assert answer not in manager.get(LIST).content.decode()
    other = sign_in(second)
    assert answer in other.get(LIST).content.decode()

    page = words_of(other.post(answer, {"answer": "yes"}, follow=True))

    assert "Gone." in page
    assert reference not in page
    assert other.get(answer).status_code == 404
    assert sign_in(house.adviser).get(f"/inbox/{old.reference}/").status_code == 404


def test_case_that_is_not_there_is_said_beside_the_field(house, old):  # noqa: F811
    theirs = own_reference(old, house.supervisor)

    for reference in ("PC-NOTHERE1", theirs):
        page = words_of(ask(sign_in(house.duty_manager), reference))
        assert "Your agency keeps no case that it calls that" in page
    page = words_of(ask(sign_in(house.supervisor), theirs.lower()))
    assert "until a second person has said yes" in page


def test_held_case_says_so_in_the_list_and_lifting_frees_it(house, old):  # noqa: F811
    manager, reference = sign_in(house.duty_manager), own_reference(old, house.duty_manager)
    on = timezone.localdate() + timedelta(days=20)
    day = {f"review_on_{part}": getattr(on, part) for part in ("day", "month", "year")}

    held = words_of(
        manager.post(HOLD, {"reference": reference, "kind": "legal", **day}, follow=True)
    )

    assert "Held." in held
    assert f"{reference} {on.day}" not in held
    assert "It is held" in held
    assert "holds this case" in words_of(ask(manager, reference))
    with unit_of_work(house.duty_manager.context):
        hold = Hold.objects.get(reference=reference)
    assert "Court proceedings" in words_of(manager.get(f"/kept/{hold.pk}/lift/"))
    assert "Lifted." in words_of(manager.post(f"/kept/{hold.pk}/lift/", follow=True))
    assert "until a second person" in words_of(ask(manager, reference))


def test_what_is_missing_is_said_beside_it(house, old):  # noqa: F811
    manager = sign_in(house.duty_manager)

    asked, held = words_of(manager.post(ASK, {})), words_of(manager.post(HOLD, {}))

    for sentence in ("Enter your reference", "Select why it is to go", "nobody can bring it back"):
        assert sentence in asked
    for sentence in ("Enter your reference", "Select what it is held for"):
        assert sentence in held


def test_it_is_for_whoever_answers_for_the_work(house, old):  # noqa: F811
    for who in (house.adviser, house.officer, house.administrator, house.caseworker):
        browser = sign_in(who)
        assert {browser.get(path).status_code for path in (LIST, ASK, HOLD)} == {403}
    browser = sign_in(house.duty_manager)
    assert {browser.get(path).status_code for path in (LIST, ASK, HOLD)} == {200}


def test_asking_and_answering_take_a_fresh_second_factor(house, old):  # noqa: F811
    browser = sign_in(house.duty_manager)
    assert browser.get(ASK).status_code == 200

    grow_stale(browser, timedelta(minutes=6))

    assert browser.get(ASK).status_code == 302
    assert browser.get(LIST).status_code == 200


def test_team_page_says_what_waits(house, old, second):  # noqa: F811
    ask(sign_in(house.duty_manager), own_reference(old, house.duty_manager))

    assert re.search(r"What is kept \d+ cases? waits?", words_of(sign_in(second).get("/team/")))
