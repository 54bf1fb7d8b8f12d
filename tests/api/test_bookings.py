"""Booking over REST: the same rules as on the screen, and the booking shown with its follow-up."""

from datetime import UTC, datetime, timedelta

import pytest

from tenancy.work import unit_of_work
from tests.api import systems
from tests.api.systems import body, problem, system_of
from visits.models import FollowUp


@pytest.fixture
def desk(own_database):
    return system_of("liverpool-idva")


@pytest.fixture
def reference(own_database, desk):
    made = systems.police().post("referrals/", body()).json()
    assert desk.post(f"referrals/{made['reference']}/accept/").status_code == 200
    return made["reference"]


def a_booking(hours=3, **changes):
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
    given = {"adviser": "adviser@example.org", "outside_reason": "she_asked", "venue": "home"}
    return {**given, "starts_at": starts_at.isoformat(), **changes}


def test_a_booking_is_shown_with_its_follow_up(desk, reference):
    assert desk.get(f"follow-ups/{reference}/").json()["booked"] is None

    told = desk.post(f"follow-ups/{reference}/book/", a_booking()).json()

    assert told["booked"].keys() == {"starts_at", "ends_at", "kind", "venue", "has_second_worker"}
    assert (told["booked"]["venue"], told["booked"]["has_second_worker"]) == ("home", False)
    assert desk.get("follow-ups/").json()["results"] == [told]


def test_a_booking_is_moved_and_cancelled_for_a_reason(desk, reference):
    desk.post(f"follow-ups/{reference}/book/", a_booking())
    first = desk.get(f"follow-ups/{reference}/").json()["booked"]

    refused = desk.post(f"follow-ups/{reference}/book/", a_booking(6))
    assert problem(refused) == (422, "not-well-formed", ["/moved_reason"])
    assert desk.get(f"follow-ups/{reference}/").json()["booked"] == first

    moved = desk.post(f"follow-ups/{reference}/book/", a_booking(6, moved_reason="she_asked"))
    assert moved.json()["booked"]["starts_at"] > first["starts_at"]

    nonsense = desk.post(f"follow-ups/{reference}/cancel/", {"reason": "not_recorded"})
    assert nonsense.status_code == 400
    given_up = desk.post(f"follow-ups/{reference}/cancel/", {"reason": "not_safe"})
    assert (given_up.status_code, given_up.json()["booked"]) == (200, None)
    assert desk.post(f"follow-ups/{reference}/cancel/", {"reason": "not_safe"}).status_code == 409


def test_a_booking_for_one_where_two_are_needed_is_refused(desk, reference, people):
    with unit_of_work(people.adviser.context):
        FollowUp.objects.update(needs_second_worker=True)
    assert desk.get(f"follow-ups/{reference}/").json()["needs_second_worker"] is True

    refused = desk.post(f"follow-ups/{reference}/book/", a_booking())
    assert problem(refused) == (422, "not-well-formed", ["/second_worker"])

    together = a_booking(second_worker="second_adviser@example.org")
    booked = desk.post(f"follow-ups/{reference}/book/", together).json()["booked"]
    assert booked["has_second_worker"] is True


def test_cancelling_for_another_agency_is_as_if_there_were_none(desk, reference):
    desk.post(f"follow-ups/{reference}/book/", a_booking())
    other = system_of("wirral-idva")

    asked = {"reason": "not_safe"}
    unseen = other.post(f"follow-ups/{reference}/cancel/", asked)
    absent = other.post("follow-ups/PH-22222222/cancel/", asked)

    assert problem(unseen) == problem(absent)
    assert unseen.status_code == 404
    assert desk.post(f"follow-ups/{reference}/cancel/", asked).status_code == 200
