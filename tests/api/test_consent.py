"""What she says later, over JSON: it changes who holds keys, and what a system can then read."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests import databases, given
from tests.api.systems import problem, system_of
from tests.world import People

CANARY = "canary-api-her-words"


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone():
        yield People()


@pytest.fixture(scope="module")
def desk(house):
    return system_of("liverpool-idva")


@pytest.fixture(scope="module")
def service(house):
    return system_of("rowan")


@pytest.fixture(scope="module")
def police(house):
    from tests.api.systems import police as system  # noqa: PLC0415 -- the fixture has its name

    return system()


@pytest.fixture
def shared(house, desk, service):
    """A case taken by the desk and, of it, contact and needs by a service."""
    documents = {**given.DOCUMENTS, "needs": {"wanted": CANARY}}
    taken = given.a_taken_referral(house.officer, house.adviser, documents=documents)
    parts = ["contact", "needs"]
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=parts)
    assert service.post(f"referrals/{onward.reference}/accept/").status_code == 200
    return taken.reference, onward.reference


def test_withdrawn_consent_leaves_a_system_nothing_to_read(desk, service, shared):
    """C01."""
    taken, onward = shared
    assert CANARY in service.get(f"referrals/{onward}/case/").content.decode()

    answer = desk.post(f"referrals/{onward}/withdraw-consent/")

    assert (answer.status_code, answer.json()["reference"]) == (200, onward)
    refused = service.get(f"referrals/{onward}/case/")
    assert problem(refused)[:2] == (409, "access-ended")
    for path in ("referrals/", f"referrals/{onward}/", f"referrals/{onward}/case/"):
        assert CANARY not in service.get(path).content.decode()
    assert CANARY in desk.get(f"referrals/{taken}/case/").content.decode()


def test_narrowed_consent_leaves_exactly_the_rest(desk, service, shared):
    """C09."""
    taken, onward = shared

    answer = desk.post(
        f"referrals/{onward}/narrow-consent/", {"compartments": ["needs"], "method": "phone"}
    )

    assert answer.status_code == 200
    theirs = service.get(f"referrals/{onward}/case/").content.decode()
    assert CANARY not in theirs
    assert "07700 900461" in theirs or "The surgery" in theirs
    assert CANARY in desk.get(f"referrals/{taken}/case/").content.decode()


def test_an_end_closes_it_at_its_instant(desk, service, shared):
    _, onward = shared
    ends_at = datetime.now(UTC) + timedelta(minutes=3)

    answer = desk.post(f"referrals/{onward}/end-consent/", {"expires_at": ends_at.isoformat()})

    assert answer.status_code == 200
    assert service.get(f"referrals/{onward}/case/").status_code == 200
    with time_machine.travel(ends_at, tick=False):
        assert problem(service.get(f"referrals/{onward}/case/"))[0] == 409


def test_agreement_is_recorded_and_what_she_leaves_out_is_taken_back(desk, service, shared):
    _, onward = shared
    answer = desk.post(f"referrals/{onward}/record-agreement/", agreement("contact"))

    assert answer.status_code == 200
    assert CANARY not in service.get(f"referrals/{onward}/case/").content.decode()


def agreement(*parts):
    agreed = {"answer": "given", "method": "phone", "wording_version": "2026-1"}
    return {"consent": {**agreed, "compartments": list(parts)}}


VERBS = {
    "withdraw-consent": {},
    "narrow-consent": {"compartments": ["needs"]},
    "end-consent": {"expires_at": "2099-01-01T00:00:00Z"},
    "record-agreement": agreement("needs"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_others_see_no_referral_and_the_police_say_nothing_for_her(police, desk, shared, verb):
    taken, onward = shared
    body = VERBS[verb]

    assert problem(police.post(f"referrals/{onward}/{verb}/", body))[0] == 404
    assert problem(police.post(f"referrals/{taken}/{verb}/", body))[0] == 403

    assert desk.post(f"referrals/{onward}/{verb}/", body).status_code == 200


@pytest.mark.parametrize(
    ("verb", "changes", "refusal"),
    [
        ("narrow-consent", {"compartments": []}, (400, "/compartments")),
        ("narrow-consent", {"compartments": ["secrets"]}, (400, "/compartments/0")),
        ("narrow-consent", {"compartments": ["incident"]}, (422, "/compartments")),
        ("narrow-consent", {"compartments": ["contact", "needs"]}, (422, "/compartments")),
        ("narrow-consent", {"epoch": 9}, (400, "/epoch")),
        ("end-consent", {"expires_at": "2020-01-01T00:00:00Z"}, (422, "/expires_at")),
        ("record-agreement", agreement("incident"), (422, "/consent/compartments")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    desk, service, shared, verb, changes, refusal
):
    _, onward = shared

    status, _, pointers = problem(
        desk.post(f"referrals/{onward}/{verb}/", {**VERBS[verb], **changes})
    )

    assert (status, *pointers) == refusal
    assert CANARY in service.get(f"referrals/{onward}/case/").content.decode()


def test_systems_approve_nothing(desk, shared):
    for verb in ("approve", "approve-override", "approve-sharing"):
        assert desk.post(f"referrals/{shared[1]}/{verb}/").status_code == 404
