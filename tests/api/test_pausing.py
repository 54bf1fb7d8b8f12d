"""Pausing the clocks over REST: as on the screen, for safety alone and never without a review."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api import systems
from tests.api.systems import body, problem, system_of


@pytest.fixture
def desk(own_database):
    return system_of("liverpool-idva")


@pytest.fixture
def reference(own_database, desk):
    made = systems.police().post("referrals/", body()).json()
    assert desk.post(f"referrals/{made['reference']}/accept/").status_code == 200
    return made["reference"]


def a_pause(hours=6, **changes):
    review_at = datetime.now(UTC) + timedelta(hours=hours)
    return {"reason": "not_alone", "review_at": review_at.isoformat(), **changes}


def test_clocks_are_paused_and_run_on(desk, reference):
    before = desk.get(f"follow-ups/{reference}/").json()

    paused = desk.post(f"follow-ups/{reference}/pause/", a_pause())
    assert (paused.status_code, before["paused_at"]) == (200, None)
    assert paused.json()["paused_at"]
    assert desk.get(f"follow-ups/{reference}/").json() == paused.json()

    resumed = desk.post(f"follow-ups/{reference}/resume/")
    assert (resumed.status_code, resumed.json()["paused_at"]) == (200, None)
    assert resumed.json()["due_at"] > before["due_at"]
    assert resumed.json()["code_due_at"] == before["code_due_at"]


def test_twice_is_refused_and_so_is_what_never_stopped(desk, reference):
    nothing = desk.post(f"follow-ups/{reference}/resume/")
    assert problem(nothing)[0] == 409

    assert desk.post(f"follow-ups/{reference}/pause/", a_pause()).status_code == 200

    again = desk.post(f"follow-ups/{reference}/pause/", a_pause())
    assert problem(again)[0] == 409
    assert desk.post(f"follow-ups/{reference}/resume/").status_code == 200


def test_being_busy_pauses_nothing_and_a_review_is_never_far(desk, reference):
    assert desk.post(f"follow-ups/{reference}/pause/", a_pause(reason="busy")).status_code == 400
    late = desk.post(f"follow-ups/{reference}/pause/", a_pause(hours=80))
    assert problem(late) == (422, "not-well-formed", ["/review_at"])
    assert desk.get(f"follow-ups/{reference}/").json()["paused_at"] is None


def test_a_system_that_only_reads_pauses_nothing(desk, reference):
    reader = system_of("liverpool-idva", "followup:read")

    for deed, said in (("pause", a_pause()), ("resume", None)):
        assert reader.post(f"follow-ups/{reference}/{deed}/", said).status_code == 403
    assert reader.get(f"follow-ups/{reference}/").json()["paused_at"] is None
    assert desk.post(f"follow-ups/{reference}/pause/", a_pause()).status_code == 200


def test_pausing_for_another_agency_is_as_if_there_were_none(desk, reference):
    other = system_of("wirral-idva")

    for deed, said in (("pause", a_pause()), ("resume", None)):
        unseen = other.post(f"follow-ups/{reference}/{deed}/", said)
        absent = other.post(f"follow-ups/PH-22222222/{deed}/", said)
        assert problem(unseen) == problem(absent)
        assert unseen.status_code == 404
    assert desk.post(f"follow-ups/{reference}/pause/", a_pause()).status_code == 200
