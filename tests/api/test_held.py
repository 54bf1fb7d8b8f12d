"""While contact is held, no number and no address leaves with a case."""

import uuid

import pytest

from tests.api import systems
from tests.api.systems import body, problem, system_of
from tests.given import DOCUMENTS

CONTACT = {**DOCUMENTS["contact"], "email": "z@example.org", "safe_person": "Her sister"}
CASE = {**DOCUMENTS, "contact": CONTACT}


def contact_documents(system, reference):
    opened = system.get(f"referrals/{reference}/case/").json()
    return [each["document"] for each in opened["records"] if each["compartment"] == "contact"]


@pytest.fixture
def sides(own_database, people):
    """The force's system and the desk's."""
    return systems.police(), system_of("liverpool-idva")


def taken(sides, **changes):
    records, desk = sides
    made = records.post("referrals/", body(case=CASE, **changes)).json()
    assert desk.post(f"referrals/{made['reference']}/accept/").status_code == 200
    return made["reference"]


def test_a_held_case_has_no_number(sides):
    reference = taken(sides, contact={"direct": "held"})

    kept = {name: CONTACT[name] for name in CONTACT.keys() - {"phone", "email"}}
    assert {"safe_person", "what_to_say"} <= kept.keys()
    for system in sides:
        assert contact_documents(system, reference) == [kept]
        assert "900461" not in system.get(f"referrals/{reference}/case/").content.decode()


def test_a_case_that_allows_contact_has_it(sides):
    reference = taken(sides)

    for system in sides:
        assert contact_documents(system, reference) == [CONTACT]


def test_refers_on_to_no_service_that_is_unknown(sides):
    _, desk = sides
    reference = taken(sides)
    onward = {
        "service": str(uuid.uuid4()),
        "needs": ["counselling"],
        "consent": {"answer": "given", "method": "in_person", "wording_version": "2026-1"},
    }

    answer = desk.post(f"referrals/{reference}/refer-on/", onward)

    assert problem(answer) == (422, "not-well-formed", ["/service"]), answer.content
    assert len(desk.get("referrals/?side=referring").json()["results"]) == 0
    gone = desk.post("referrals/PH-22222222/refer-on/", onward)
    assert problem(gone)[0] == 404
