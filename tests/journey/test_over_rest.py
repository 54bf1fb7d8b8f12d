"""The main job over REST, end to end: three agencies' systems, and the worker's sweeps between."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.sweeping import sweep as sweep_referrals
from tenancy.roles import WORKER
from tests import databases
from tests.api.systems import body, police, problem, system_of
from visits.sweeping import sweep as sweep_visits

HERS = ("Zoë", "Nyström", "07700", "Threatened", "L3 1BY", "surgery", "Harte", "05A1")
AGREED = ["identity", "contact", "needs"]


@pytest.fixture
def records(own_database):
    """The police force's records system."""
    return police()


@pytest.fixture
def desk(own_database):
    """The IDVA service's case system."""
    return system_of("liverpool-idva")


@pytest.fixture
def counselling(own_database):
    """The counselling service's case system."""
    return system_of("rowan")


def the_clock_goes_on():
    """What worker and beat do every half minute, as the worker's role."""
    with databases.signed_in_as(WORKER):
        sweep_referrals(datetime.now(UTC))
        sweep_visits(datetime.now(UTC))


def test_the_whole_journey(records, desk, counselling):
    reference = the_police_draft_and_send(records, desk)
    the_desk_sees_a_preview(desk, reference)
    the_desk_takes_and_opens(desk, reference)
    the_desk_books_and_records(desk, reference)
    the_police_learn_that_she_was_visited(records, reference)
    child = the_desk_refers_on(desk, reference)
    the_service_sees_a_preview(counselling, child)
    before = done(records.get(f"referrals/{reference}/"))
    the_service_opens_what_was_agreed(counselling, child)
    the_clock_goes_on()
    the_police_learn_that_an_answer_came(records, reference, before)
    assert records.get(f"referrals/{child}/").status_code == 404
    assert counselling.get(f"referrals/{reference}/").status_code == 404
    they_close(counselling, desk, child, reference)
    assert done(records.get(f"referrals/{reference}/"))["status"] == "closed"


def the_police_draft_and_send(records, desk):
    draft = done(records.post("referrals/", body(draft=True, on_behalf_of="PC2231")), 201)
    reference = draft["reference"]
    assert desk.get(f"referrals/{reference}/").status_code == 404
    sent = done(records.post(f"referrals/{reference}/send/"))
    assert (sent["status"], sent["receiving_agency"]) == ("sent", "liverpool-idva")
    return reference


def the_desk_sees_a_preview(desk, reference):
    due = only(desk.get("follow-ups/"))
    preview = only(desk.get("referrals/?status=sent"))
    assert due["referral"] == preview["reference"] == reference
    assert preview["available_moves"] == ["accept", "decline", "ask"]
    assert preview["on_behalf_of"] == ""
    says_nothing_of_her(desk.get(f"referrals/{reference}/"))
    assert problem(desk.get(f"referrals/{reference}/case/"))[0] == 403


def the_desk_takes_and_opens(desk, reference):
    assert done(desk.post(f"referrals/{reference}/accept/"))["status"] == "accepted"
    opened = done(desk.get(f"referrals/{reference}/case/"))
    assert documents(opened)["identity"]["family_name"] == "O’Nyström"
    assert opened["reference"].startswith("PC-")


def the_desk_books_and_records(desk, reference):
    booking = {
        "adviser": "adviser@example.org",
        "starts_at": (datetime.now(UTC) + timedelta(hours=3)).isoformat(),
        "outside_reason": "she_asked",
    }
    attempt = {
        "channel": "phone_call",
        "outcome": "spoke",
        "at": datetime.now(UTC).isoformat(),
        "outside_reason": "she_asked",
        "note": "She is well.",
    }
    done(desk.post(f"follow-ups/{reference}/book/", booking))
    assert done(desk.post(f"follow-ups/{reference}/attempt/", attempt))["contacted_at"]
    outcome = done(desk.post(f"follow-ups/{reference}/outcome/", {"outcome": "done"}))
    assert outcome["outcome"] == "done"
    assert done(desk.get("follow-ups/"))["results"] == []
    assert "She is well." in desk.get(f"referrals/{reference}/case/").content.decode()


def the_police_learn_that_she_was_visited(records, reference):
    told = done(records.get(f"referrals/{reference}/"))
    known = (told["status"], told["feedback"], told["available_moves"])
    assert known == ("accepted", "visited", [])
    opened = records.get(f"referrals/{reference}/case/")
    assert "She is well." not in opened.content.decode()


def the_desk_refers_on(desk, reference):
    services = done(desk.get("services/?need=counselling&area_code=E08000012"))["results"]
    rowan = next(each for each in services if each["agency"] == "rowan")
    agreed = {**body()["consent"], "compartments": AGREED}
    onward = {"service": rowan["id"], "needs": ["counselling"], "consent": agreed}
    made = done(desk.post(f"referrals/{reference}/refer-on/", onward), 201)
    assert (made["status"], made["receiving_agency"]) == ("sent", "rowan")
    return made["reference"]


def the_service_sees_a_preview(counselling, child):
    offered = only(counselling.get("referrals/"))
    assert (offered["reference"], offered["referring_agency"]) == (child, "liverpool-idva")
    says_nothing_of_her(counselling.get(f"referrals/{child}/"))
    assert problem(counselling.get(f"referrals/{child}/case/"))[0] == 403


def the_service_opens_what_was_agreed(counselling, child):
    done(counselling.post(f"referrals/{child}/accept/"))
    opened = done(counselling.get(f"referrals/{child}/case/"))
    assert documents(opened).keys() == set(AGREED)


def the_police_learn_that_an_answer_came(records, reference, before):
    after = done(records.get(f"referrals/{reference}/"))
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed == {"onward_answered_at"}
    assert "rowan" not in str(after)


def they_close(counselling, desk, child, reference):
    closed = done(counselling.post(f"referrals/{child}/close/", {"reason": "planned"}))
    assert (closed["status"], closed["closure_reason"]) == ("closed", "planned")
    done(desk.post(f"referrals/{reference}/close/", {"reason": "planned"}))


def done(answer, status=200):
    """What came of a request that was to succeed."""
    assert answer.status_code == status, answer.content
    return answer.json()


def only(answer):
    """The one row of a list."""
    [row] = done(answer)["results"]
    return row


def documents(opened):
    """The documents of an opened case, by compartment."""
    return {record["compartment"]: record["document"] for record in opened["records"]}


def says_nothing_of_her(answer):
    """No planted word of hers is in an answer."""
    assert not [word for word in HERS if word in answer.content.decode()]
