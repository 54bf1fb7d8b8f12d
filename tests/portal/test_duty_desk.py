"""The duty desk: what is seen before anything is taken, and taking it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from referrals import actions as referring
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.accounts.signing_in import sign_in
from visits import actions

DESK, QUEUE = "/duty/", "/duty/queue/"
SECRETS = ("Zoë", "Nyström", "900461", "The surgery", "With a friend", "L3 1BY", "Harte")


def a_referral(people, hours_ago=2.0, **changes):
    """A police referral on the clock."""
    return actions.refer_after_visit(
        given.details(**changes),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=hours_ago),
    )


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def queries_of(browser, address):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def test_desk_shows_clear_facts_and_nothing_that_names(people, adviser):
    referral = a_referral(people)

    page = adviser.get(DESK).content.decode()

    assert referral.reference in page
    assert "High risk" in page
    assert "Monday to Friday, 9am to noon" in page
    assert [word for word in SECRETS if word in page] == []


def test_desk_is_empty_of_other_areas_referrals(people, adviser):
    referral = a_referral(people)

    page = sign_in(people.wirral_adviser).get(DESK).content.decode()

    assert "Nothing is waiting for contact." in page
    assert referral.reference not in page
    assert referral.reference in adviser.get(DESK).content.decode()


def test_desk_puts_the_most_urgent_first_and_counts_them(people, adviser):
    calm, late, soon = (a_referral(people, hours) for hours in (1, 30, 21))

    page = adviser.get(DESK).content.decode()

    places = [page.index(f'id="{each.reference}"') for each in (late, soon, calm)]
    assert places == sorted(places)
    numbers = [part.partition("<")[0] for part in page.split('app-tile__number">')[1:]]
    assert numbers == ["1", "1", "3", "0"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?due=late", [1]),
        ("?due=soon", [2]),
        ("?risk=high", [0, 1]),
        ("?risk=standard", [2]),
        ("?whose=nobodys", [0, 1, 2]),
        ("?whose=mine", []),
        ("?area=E08000012&due=late", [1]),
        ("?area=E08000015", []),
        ("?area=nonsense&risk='", [0, 1, 2]),
    ],
)
def test_filters_are_in_the_address(people, adviser, query, shown):
    made = [
        a_referral(people, 1),
        a_referral(people, 30),
        a_referral(people, 21, risk_band="standard"),
    ]

    page = adviser.get(f"{QUEUE}{query}").content.decode()

    assert [n for n, each in enumerate(made) if each.reference in page] == shown


def test_take_opens_the_case_for_whoever_took_it(people, adviser):
    referral = a_referral(people)

    answer = adviser.post(reverse("portal:take", args=[referral.reference]), follow=True)

    assert answer.redirect_chain == [(f"/cases/{referral.reference}/", 303)]
    assert "<bdi>Zoë O’Nyström</bdi>" in answer.content.decode()
    with unit_of_work(people.adviser.context):
        taken = Referral.objects.get(pk=referral.pk)
    assert (taken.status, taken.assigned_to) == (Status.ACCEPTED, people.adviser)


def test_take_twice_is_harmless(people, adviser):
    take = reverse("portal:take", args=[a_referral(people).reference])
    adviser.post(take)

    assert adviser.post(take).status_code == 303


def test_take_after_somebody_else_says_who_has_it(people, adviser):
    referral = a_referral(people)
    take = reverse("portal:take", args=[referral.reference])
    adviser.post(take)
    second = sign_in(people.second_adviser)

    answer = second.post(take)
    card = second.get(DESK).content.decode()

    assert answer.status_code == 409
    assert "Taken by Adviser at " in answer.content.decode()
    assert "Taken by Adviser at " in card
    assert take not in card


def test_take_after_the_agreement_ended_says_why(people, adviser):
    referral = a_referral(people)
    referring.withdraw_consent(referral.reference, by=people.officer)

    answer = adviser.post(reverse("portal:take", args=[referral.reference]))

    assert answer.status_code == 409
    assert "There is no agreement, or it has ended." in answer.content.decode()


def test_desk_and_take_are_not_for_officers_and_services(people, adviser):
    take = reverse("portal:take", args=[a_referral(people).reference])

    for member in (people.officer, people.caseworker, people.administrator):
        browser = sign_in(member)
        assert browser.get(DESK).status_code == 403
        assert browser.get(QUEUE).status_code == 403
        assert browser.post(take).status_code == 403
    assert adviser.get(DESK).status_code == 200
    assert adviser.get(take).status_code == 405


def test_take_what_is_another_desks_is_as_if_it_were_not(people, adviser):
    theirs = a_referral(people, area_code="E08000015")

    unseen = adviser.post(reverse("portal:take", args=[theirs.reference]))
    absent = adviser.post(reverse("portal:take", args=["PH-22222222"]))

    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.content == absent.content


def test_desk_asks_the_same_number_of_questions_for_one_and_three(people, adviser):
    a_referral(people)
    adviser.get(DESK)
    one = queries_of(adviser, DESK)
    for _ in range(2):
        a_referral(people)

    assert queries_of(adviser, DESK) == one


def test_desk_leaves_one_line_of_evidence(people, adviser):
    a_referral(people)
    a_referral(people)
    adviser.get(DESK)

    with unit_of_work(people.adviser.context):
        actions_seen = list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))
    assert actions_seen.count("list.duty_desk") == 1


def test_refresh_says_nothing_of_activity(people, adviser):
    a_referral(people)
    session = adviser.session
    session["active_at"] -= 120
    session.save()

    refreshed = adviser.get(QUEUE, headers={"X-Refresh": "1"})
    untouched = adviser.session["active_at"]
    adviser.get(QUEUE)

    assert refreshed.status_code == 200
    assert untouched == session["active_at"]
    assert adviser.session["active_at"] > untouched


def test_long_desk_goes_on_over_pages(people, adviser, monkeypatch):
    monkeypatch.setattr("portal.paging.PAGE", 2)
    made = [a_referral(people, hours) for hours in (9, 8, 7)]

    first = adviser.get(DESK).content.decode()
    second = adviser.get(f"{DESK}?after={made[1].reference}").content.decode()

    assert [each.reference in first for each in made] == [True, True, False]
    assert f"?after={made[1].reference}" in first
    assert [f'id="{each.reference}"' in second for each in made] == [False, False, True]
