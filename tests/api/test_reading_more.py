"""What systems read beside the referral itself: what changed, what was tried, who has access."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.api import systems
from tests.api.systems import body, problem, system_of


@pytest.fixture
def desk(own_database):
    return system_of("liverpool-idva")


@pytest.fixture
def police_system(own_database):
    return systems.police()


@pytest.fixture
def reference(own_database, desk, police_system):
    made = police_system.post("referrals/", body()).json()
    assert desk.post(f"referrals/{made['reference']}/accept/").status_code == 200
    return made["reference"]


def changed_since(system, instant, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    found = system.get(f"referrals/?updated_since={quote(instant.isoformat())}{asked}")
    assert found.status_code == 200, found.json()
    return [row["reference"] for row in found.json()["results"]]


def test_only_what_something_happened_to_is_listed(police_system, desk, reference):
    other = police_system.post("referrals/", body()).json()["reference"]
    before = datetime.now(UTC)
    assert changed_since(desk, before) == []

    assert desk.post(f"referrals/{other}/accept/").status_code == 200

    assert changed_since(desk, before) == [other]
    assert changed_since(police_system, before) == [other]
    assert changed_since(desk, before, status="sent") == []
    assert changed_since(desk, before - timedelta(days=1)) == [other, reference]


def test_what_she_takes_back_is_a_change_although_no_status_is(desk, police_system):
    sent = police_system.post("referrals/", body()).json()
    before = datetime.now(UTC)
    parts = {"compartments": ["incident"], "method": "in_person"}

    narrowed = police_system.post(f"referrals/{sent['reference']}/narrow-consent/", parts)

    assert (narrowed.status_code, narrowed.json()["status"]) == (200, sent["status"])
    assert changed_since(desk, before) == [sent["reference"]]


@pytest.mark.parametrize("instant", ["", "yesterday", "2026-01-01", "2026-01-01T10:00:00"])
def test_an_instant_without_its_offset_is_refused(police_system, instant):
    found = police_system.get(f"referrals/?updated_since={instant}")
    assert problem(found)[0] == 400


def test_what_is_older_than_the_events_is_not_answered_with_less(police_system):
    old = quote((datetime.now(UTC) - timedelta(days=91)).isoformat())
    found = police_system.get(f"referrals/?updated_since={old}")
    assert problem(found) == (400, "not-well-formed", ["/updated_since"])


def test_every_booking_is_listed_with_what_became_of_it(desk, police_system, reference):
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    booking = {
        "adviser": "adviser@example.org",
        "starts_at": starts_at.isoformat(),
        "outside_reason": "she_asked",
    }
    assert desk.get(f"follow-ups/{reference}/visits/").json() == {"results": []}
    assert desk.post(f"follow-ups/{reference}/book/", booking).status_code == 200
    assert desk.post(f"follow-ups/{reference}/cancel/", {"reason": "not_safe"}).status_code == 200
    assert desk.post(f"follow-ups/{reference}/book/", booking).status_code == 200

    given_up, standing = desk.get(f"follow-ups/{reference}/visits/").json()["results"]

    assert (given_up["status"], given_up["cancel_reason"]) == ("cancelled", "not_safe")
    assert (standing["status"], standing["adviser"]) == ("booked", "adviser@example.org")
    assert datetime.fromisoformat(standing["starts_at"]) == starts_at
    assert police_system.get(f"follow-ups/{reference}/visits/").status_code == 404


def test_every_attempt_is_listed_and_no_note_with_it(desk, police_system, reference):
    tried = {
        "channel": "phone_call",
        "outcome": "no_reply",
        "at": datetime.now(UTC).isoformat(),
        "outside_reason": "she_asked",
        "note": "The dog barked.",
    }
    recorded = desk.post(f"follow-ups/{reference}/attempt/", tried)
    assert recorded.status_code == 200, recorded.json()

    answer = desk.get(f"follow-ups/{reference}/attempts/")

    (attempt,) = answer.json()["results"]
    assert (attempt["number"], attempt["outcome"]) == (1, "no_reply")
    assert "barked" not in answer.content.decode()
    assert police_system.get(f"follow-ups/{reference}/attempts/").status_code == 404


def test_whoever_leads_the_case_reads_who_has_access_and_on_what_footing(
    desk, police_system, reference
):
    answer = desk.get(f"referrals/{reference}/sharings/").json()

    given_to_us = ("given", "merseyside-police", False)
    (said,) = [line for line in answer["consents"] if line["agency"] == "liverpool-idva"]
    assert (said["answer"], said["taken_by"], said["is_withdrawal"]) == given_to_us
    assert {grant["agency"]: grant["is_live"] for grant in answer["grants"]}["liverpool-idva"]
    assert problem(police_system.get(f"referrals/{reference}/sharings/"))[0] == 403
