"""The plan on the screen: no place first, then what is proposed; people decide."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.live import look_around, page_of
from tests.portal.browsing import complaints_of, look_at
from tests.visits.planner.conftest import (
    a_taken_one,
    able,
    follow_up_of,
    planned,
    proposals,
    sweep,
)
from visits.models import Conflict, PlanRun, Proposal, Visit, VisitNeeds

__all__ = ["able", "planned"]

PLAN = "/plan/"
SECRETS = ("Zoë", "Nyström", "900461", "The surgery", "With a friend", "L3 1BY", "Harte")


@pytest.fixture
def manager(able):
    return sign_in(able.duty_manager)


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def booked(by):
    with unit_of_work(by.context):
        return list(Visit.objects.filter(status=Visit.Status.BOOKED))


def test_plan_is_asked_for_and_worked_out_elsewhere(able, manager):
    reference = a_taken_one(able).reference
    assert "Make a plan" in words_of(manager.get(PLAN))

    asked = manager.post("/plan/ask/", follow=True)

    assert "being worked out" in words_of(asked)
    assert reference not in words_of(asked)
    sweep()
    shown = words_of(manager.get(PLAN))
    assert reference in shown
    assert "In time: due by" in shown
    assert "Nobody keeps a rota here" in shown


def test_what_has_no_place_for_the_same_reason_stands_together(able, manager, planned):
    held = [a_taken_one(able, contact="held").reference for _ in range(2)]
    planned()

    page = manager.get(PLAN).content.decode()

    assert "Could not be placed (2)" in page
    assert page.count("Contact is held: nobody may contact them directly.") == 1
    assert [reference for reference in held if f'id="{reference}"' not in page] == []


def test_plan_shows_first_what_has_no_place_and_names_nobody(able, manager, planned):
    placed = a_taken_one(able)
    held = a_taken_one(able, contact="held")
    planned()

    page = manager.get(PLAN).content.decode()

    assert page.index(held.reference) < page.index(placed.reference)
    assert "Contact is held: nobody may contact them directly." in page
    assert "Ask the referrer for a safe way" in page
    assert [word for word in SECRETS if word in page] == []


def test_plan_takes_as_many_queries_for_three_as_for_one(able, manager, planned):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert manager.get(PLAN).status_code == 200
        return len(seen)

    for contact in ("allowed", "held"):
        a_taken_one(able, contact=contact)
    planned()
    manager.get(PLAN)
    few = queries()
    for contact in ("allowed", "held") * 2:
        a_taken_one(able, contact=contact)
    planned()

    assert queries() == few


def test_confirm_books_and_says_so(able, manager, planned):
    reference = a_taken_one(able).reference
    planned()

    answer = manager.post(f"/plan/{reference}/confirm/", follow=True)

    assert f"{reference} is booked." in words_of(answer)
    assert "Confirmed" in words_of(answer)
    assert len(booked(able.adviser)) == 1


def test_confirm_from_the_page_of_an_older_plan_is_409(able, manager, planned):
    reference = a_taken_one(able).reference
    old = planned().asked_at.isoformat()
    planned()

    answer = manager.post(f"/plan/{reference}/confirm/", {"made_from": old})

    assert answer.status_code == 409
    assert "There is a newer plan" in words_of(answer)
    assert booked(able.adviser) == []


def test_confirm_all_books_what_is_the_members_to_book(able, manager, planned):
    mine = a_taken_one(able)
    a_taken_one(able, by="second_adviser")
    planned()

    answer = sign_in(able.adviser).post("/plan/confirm/", follow=True)

    assert "1 booked." in words_of(answer)
    (visit,) = booked(able.adviser)
    assert visit.follow_up_id == follow_up_of(mine, able.adviser).pk
    assert "a manager, can confirm it" in words_of(answer)
    assert "1 booked." in words_of(manager.post("/plan/confirm/", follow=True))


def test_refuse_asks_why_and_shows_it_as_refused(able, manager, planned):
    reference = a_taken_one(able).reference
    planned()
    address = f"/plan/{reference}/refuse/"
    assert "Select what is not right about it" in words_of(manager.post(address, {}))

    answer = manager.post(address, {"reason": "other_time"}, follow=True)

    assert "Refused" in words_of(answer)
    assert booked(able.adviser) == []


def test_change_begins_the_booking_with_what_was_proposed(able, manager, planned):
    referral = a_taken_one(able)
    (proposal,) = proposals(planned(), able.duty_manager)

    page = manager.get(f"/cases/{referral.reference}/book/?proposed=1")

    initial = page.context["form"].initial
    assert initial["starts_at"] == proposal.during.lower
    assert initial["minutes"] == "60"
    with unit_of_work(able.duty_manager.context):
        adviser = Proposal.objects.select_related("adviser__user").get().adviser
    assert initial["adviser"] == adviser.user.email


def test_plan_is_for_those_who_visit(able, manager, planned):
    reference = a_taken_one(able).reference
    planned()

    assert sign_in(able.officer).get(PLAN).status_code == 403
    assert sign_in(able.officer).post("/plan/ask/").status_code == 403
    wirral = sign_in(able.wirral_adviser)
    assert reference not in wirral.get(PLAN).content.decode()
    assert wirral.post(f"/plan/{reference}/confirm/").status_code in {404, 409}
    assert booked(able.adviser) == []


def test_plan_that_failed_says_so(able, manager):
    manager.post("/plan/ask/")
    with databases.as_owner(), unit_of_work(Context.migration()):
        PlanRun.objects.update(state="failed")

    assert "could not be worked out" in words_of(manager.get(PLAN))


def test_needs_are_said_beside_the_case_and_shown_again(able):
    reference = a_taken_one(able).reference
    adviser, address = sign_in(able.adviser), f"/cases/{reference}/needs/"
    answers = {"language": "pl", "language_is_must": "on", "gender": "woman", "minutes": "90"}
    wrong = adviser.post(address, {"language_is_must": "on", "minutes": "60"})
    assert "Say which, or take the tick away." in words_of(wrong)

    adviser.post(address, answers | {"specialisms": ["sex_work"]})

    with unit_of_work(able.adviser.context):
        needs = VisitNeeds.objects.get()
    assert (needs.language, needs.language_is_must, needs.minutes) == ("pl", True, 90)
    initial = adviser.get(address).context["form"].initial
    assert (initial["gender"], initial["specialisms"]) == ("woman", ["sex_work"])


def test_conflicts_are_a_managers_list(able, manager):
    reference = a_taken_one(able).reference
    address, email = f"/cases/{reference}/conflicts/", able.second_adviser.user.email

    manager.post(address, {"who": [email]})

    with unit_of_work(able.duty_manager.context):
        assert [row.membership_id for row in Conflict.objects.all()] == [able.second_adviser.pk]
    assert manager.get(address).context["form"].initial == {"who": [email]}
    assert sign_in(able.adviser).get(address).status_code == 403
    manager.post(address, {})
    with unit_of_work(able.duty_manager.context):
        assert not Conflict.objects.exists()


def test_plan_in_the_browser(able, planned, chromium, site):
    a_taken_one(able, contact="held")
    refused = a_taken_one(able).reference
    a_taken_one(able, by="second_adviser")
    planned()
    page = page_of(able.duty_manager, chromium, site)
    complaints = complaints_of(page, site)
    beside = [f"/cases/{refused}/needs/", f"/cases/{refused}/conflicts/"]

    look_around(page, [*beside, PLAN], "plan")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=f"Refuse {refused}").click()
    look_at(page, "plan-refuse")
    page.get_by_label("Somebody else should go").check()
    page.get_by_role("button", name="Refuse it").click()
    page.get_by_role("button", name="Confirm PH-").first.click()
    look_at(page, "plan-decided")

    assert len(booked(able.adviser)) == 1
    assert complaints == []
