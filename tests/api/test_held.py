"""While contact is held, no number and no address leaves with a case."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from directory.safe_times import DAYS, windows_to_json
from tests import given
from tests.api import systems
from tests.api.systems import body, problem, system_of
from tests.given import DOCUMENTS

CONTACT = {
    **DOCUMENTS["contact"],
    "email": "z@example.org",
    "safe_person": "Her sister",
    "code_word": "Marigold",
}
CASE = {**DOCUMENTS, "contact": CONTACT}
ANY_TIME = {"direct": "allowed", "safe_windows": windows_to_json(given.ANY_TIME)}


def contact_documents(system, reference):
    opened = system.get(f"referrals/{reference}/case/").json()
    return {
        each["code"] or each["kind"]: each["document"]
        for each in opened["records"]
        if each["compartment"] == "contact"
    }


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

    for system in sides:
        document = contact_documents(system, reference)["document"]
        assert document.keys() == {"channel", "what_to_say", "safe_person"}
        assert "900461" not in system.get(f"referrals/{reference}/case/").content.decode()


def test_a_case_that_allows_contact_has_the_number_that_was_safe_and_no_other_address(sides):
    reference = taken(sides, contact=ANY_TIME)

    police, desk = (contact_documents(system, reference)["document"] for system in sides)

    assert police == {name: CONTACT[name] for name in CONTACT.keys() - {"code_word"}}
    assert desk == {name: CONTACT[name] for name in CONTACT.keys() - {"code_word", "email"}}


def test_a_case_outside_her_safe_times_has_no_number(sides):
    hour = timezone.localtime() + timedelta(hours=12)
    day = DAYS[hour.weekday()]
    elsewhen = {"day": day, "from": f"{hour:%H}:00", "to": f"{hour:%H}:59"}
    reference = taken(sides, contact={"direct": "allowed", "safe_windows": [elsewhen]})

    _, desk = sides

    assert "phone" not in contact_documents(desk, reference)["document"]
    assert "phone" not in contact_documents(desk, reference)["phone_call"]


def test_no_code_word_ever_leaves_with_a_case(sides):
    reference = taken(sides, contact=ANY_TIME)

    for system in sides:
        answer = system.get(f"referrals/{reference}/case/").content.decode()
        assert "Marigold" not in answer
        assert "The surgery" in answer


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
