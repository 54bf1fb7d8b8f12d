"""Referrals as FHIR R4 tools speak of them."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from api.fhir import codes
from directory.reasons import ClosureReason
from referrals.lifecycle import Status
from referrals.models import Referral
from tests.api import systems
from tests.api.systems import body, system_of

FHIR = "application/fhir+json"
ROOT = "/api/fhir/"


class Tool:
    """A FHIR client: a system that speaks at another door."""

    def __init__(self, system):
        self.system = system

    def call(self, method, path, resource=None, **headers):
        content = b"" if resource is None else json.dumps(resource).encode()
        named = {"Authorization": f"Bearer {self.system.token}", **headers}
        call = self.system.browser.generic
        return call(method, ROOT + path, content, FHIR, headers=named)

    def read(self, path):
        return self.call("GET", path)

    def create(self, resource, **headers):
        key = {"Idempotency-Key": uuid.uuid4().hex, **headers}
        return self.call("POST", "ServiceRequest", resource, **key)

    def update(self, resource, **headers):
        return self.call("PUT", f"{resource['resourceType']}/{resource['id']}", resource, **headers)


@pytest.fixture
def police(own_database):
    return Tool(systems.police())


@pytest.fixture
def desk(own_database):
    return Tool(system_of("liverpool-idva"))


def fact(name, kind, value):
    return {"url": f"{codes.EXTENSION}{name}", f"value{kind}": value}


def word(listed, code):
    return {"coding": [{"system": f"{codes.SYSTEM}{listed}", "code": code}]}


def a_request(**changes):
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "contained": [
            {
                "resourceType": "Patient",
                "id": "person",
                "name": [{"family": "Doe", "given": ["Jane", "Ann"]}],
                "birthDate": "1991-04-23",
                "telecom": [{"system": "phone", "value": "07700 900123"}],
                "address": [{"text": "With her sister", "postalCode": "L3 1BY"}],
            },
            {
                "resourceType": "Consent",
                "id": "agreement",
                "status": "active",
                "policyRule": word("wording", "2026-1"),
                "extension": [fact("consent-method", "Code", "in_person")],
            },
        ],
        "subject": {"reference": "#person"},
        "supportingInfo": [{"reference": "#agreement"}],
        "category": [word("harm", "domestic_abuse")],
        "orderDetail": [word("need", "idva")],
        "note": [{"text": "He came to the house at night."}],
        "extension": [
            fact("risk-band", "Code", "high"),
            fact("visit-ended-at", "DateTime", ended.isoformat()),
            fact("children", "Boolean", value=True),
            fact("crime-reference", "String", "0500-26-4711"),
        ],
        **changes,
    }


def outcome(answer):
    """The status, and where what is wrong stands."""
    assert answer.headers["Content-Type"] == FHIR
    found = answer.json()
    assert found["resourceType"] == "OperationOutcome"
    return answer.status_code, [issue.get("expression", [""])[0] for issue in found["issue"]]


@pytest.fixture
def sent(police):
    made = police.create(a_request())
    assert made.status_code == 201, made.json()
    return made.json()


def test_a_request_that_is_created_is_a_sent_referral(police, sent):
    reference = sent["id"]
    told = police.system.get(f"referrals/{reference}/").json()
    assert (told["status"], told["risk_band"], told["children"]) == ("sent", "high", True)
    assert (told["harm_strands"], told["needs"]) == (["domestic_abuse"], ["idva"])
    assert told["contact"] == "held"
    opened = police.system.get(f"referrals/{reference}/case/").json()["records"]
    documents = {record["compartment"]: record["document"] for record in opened}
    assert documents["identity"] == {
        "family_name": "Doe",
        "given_name": "Jane Ann",
        "born_on": "1991-04-23",
    }
    assert documents["address"] == {"staying_at": "With her sister", "postcode": "L3 1BY"}
    assert documents["incident"]["crime_reference"] == "0500-26-4711"


def test_where_it_is_and_which_version_are_told(police):
    made = police.create(a_request())
    assert made.headers["Location"] == f"{ROOT}ServiceRequest/{made.json()['id']}"
    assert made.headers["ETag"] == f'W/"{made.json()["meta"]["versionId"]}"'
    assert police.read(f"ServiceRequest/{made.json()['id']}").json() == made.json()


def test_what_is_shown_names_nobody(police, desk, sent):
    for tool in (police, desk):
        for kind in ("ServiceRequest", "Task"):
            said = tool.read(f"{kind}/{sent['id']}").content.decode()
            assert not [word for word in ("Doe", "Jane", "07700", "1991", "night") if word in said]
    assert sent["contained"] == [
        {
            "resourceType": "Patient",
            "id": "person",
            "extension": [{"url": codes.ABSENT, "valueCode": "masked"}],
        }
    ]


def test_the_same_key_creates_once(police):
    key, request = uuid.uuid4().hex, a_request()
    first = police.create(request, **{"Idempotency-Key": key})
    again = police.create(request, **{"Idempotency-Key": key})
    assert first.json() == again.json()
    other = police.create(a_request(note=[]), **{"Idempotency-Key": key})
    assert outcome(other)[0] == 422
    assert outcome(police.create(request, **{"If-None-Exist": "identifier=x"}))[0] == 400


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"doNotPerform": True}, "ServiceRequest.doNotPerform"),
        ({"status": "completed"}, "ServiceRequest.status"),
        ({"intent": "plan"}, "ServiceRequest.intent"),
        ({"priority": "routine"}, "ServiceRequest.priority"),
        ({"category": "x"}, "ServiceRequest.category"),
        ({"category": [{"coding": []}]}, "ServiceRequest.category[0].coding"),
        ({"category": [word("harm", "nonsense")]}, "ServiceRequest.category"),
        ({"subject": {"reference": "Patient/1"}}, "ServiceRequest.subject"),
        ({"supportingInfo": []}, "ServiceRequest.supportingInfo"),
        ({"contained": [{"resourceType": "Device"}]}, "ServiceRequest.contained[0].resourceType"),
        ({"extension": [{"url": "x", "valueCode": "y"}]}, "ServiceRequest.extension[0].url"),
        ({"note": [{"text": "a", "authorString": "b"}]}, "ServiceRequest.note[0].authorString"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_path(police, changes, where):
    status, paths = outcome(police.create(a_request(**changes)))
    assert (status, where in paths) == (400, True), paths
    assert police.create(a_request()).status_code == 201


def test_a_birth_date_that_is_none_is_refused_where_it_stands(police):
    request = a_request()
    request["contained"][0]["birthDate"] = "23/04/1991"
    answer = police.create(request)
    assert answer.status_code == 422
    assert "real date" in answer.json()["issue"][0]["diagnostics"]


def test_without_agreement_and_without_a_ground_nothing_is_kept(police):
    request = a_request()
    request["contained"][1]["status"] = "rejected"
    assert outcome(police.create(request))[0] == 422
    assert police.system.get("referrals/").json()["results"] == []


def test_a_ground_is_said_in_the_consent(police):
    request = a_request()
    request["contained"][1] = {
        "resourceType": "Consent",
        "id": "agreement",
        "status": "rejected",
        "extension": [
            fact("ground", "Code", "life_at_risk"),
            fact("lawful-basis", "Code", "vital_interests"),
            fact("special-condition", "Code", "vital_interests"),
            fact("safe-to-tell", "Code", "not_safe"),
            fact("reason", "String", "He said that he would kill her, and has a knife."),
        ],
    }
    made = police.create(request)
    assert made.status_code == 201, made.json()


def test_a_task_is_accepted_and_the_work_ended_by_sending_it_back(desk, police, sent):
    task = desk.read(f"Task/{sent['id']}").json()
    assert task["status"] == "requested"
    assert task["focus"] == {"reference": f"ServiceRequest/{sent['id']}"}

    taken = desk.update({**task, "status": "accepted"})

    assert (taken.status_code, taken.json()["status"]) == (200, "accepted"), taken.json()
    assert police.read(f"Task/{sent['id']}").json()["status"] == "accepted"
    assert police.read(f"ServiceRequest/{sent['id']}").json()["status"] == "active"
    again = desk.update(taken.json())
    assert (again.status_code, again.json()) == (200, taken.json())


def test_a_no_of_the_service_is_not_a_no_of_the_person(desk, police):
    said = {}
    for reason in ("no_capacity", "client_declined", "not_reached"):
        made = police.create(a_request()).json()
        task = desk.read(f"Task/{made['id']}").json()
        change = {"status": "rejected", "statusReason": word("decline-reason", reason)}
        answer = desk.update({**task, **change})
        assert answer.status_code == 200, answer.json()
        told = police.read(f"Task/{made['id']}").json()
        assert told["status"] == "rejected"
        said[reason] = told["businessStatus"]["coding"][0]["code"]
    assert said == {
        "no_capacity": "provider-declined",
        "client_declined": "client-declined",
        "not_reached": "not-reached",
    }


def test_a_question_is_asked_and_shown(desk, police, sent):
    task = desk.read(f"Task/{sent['id']}").json()
    change = {"status": "received", "statusReason": word("question", "risk")}
    assert desk.update({**task, **change}).status_code == 200
    told = police.read(f"Task/{sent['id']}").json()
    assert (told["status"], told["statusReason"]["coding"][0]["code"]) == ("received", "risk")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"status": "rejected"}, "Task.statusReason"),
        ({"status": "rejected", "statusReason": word("decline-reason", "x")}, "Task.statusReason"),
        ({"status": "failed", "statusReason": word("closure-reason", "planned")}, "Task.status"),
        ({"status": "on-hold"}, "Task.status"),
        ({"status": "accepted", "owner": {"display": "We"}}, "Task.owner"),
        ({"status": "accepted", "priority": "stat"}, "Task.priority"),
        ({"status": "received"}, "Task.extension"),
    ],
)
def test_a_change_that_is_no_move_is_refused_and_changes_nothing(desk, sent, change, where):
    task = desk.read(f"Task/{sent['id']}").json()
    status, paths = outcome(desk.update({**task, **change}))
    assert (status, where in paths) == (400, True), paths
    assert desk.read(f"Task/{sent['id']}").json() == task
    assert desk.update({**task, "status": "accepted"}).status_code == 200


def test_only_what_was_read_is_changed_when_asked_so(desk, sent):
    task = desk.read(f"Task/{sent['id']}").json()
    change = {"status": "received", "statusReason": word("question", "risk")}
    asked = desk.update({**task, **change})
    old = f'W/"{task["meta"]["versionId"]}"'

    stale = desk.update({**asked.json(), "status": "accepted"}, **{"If-Match": old})
    assert outcome(stale)[0] == 412
    now = f'W/"{asked.json()["meta"]["versionId"]}"'
    taken = {name: value for name, value in asked.json().items() if name != "statusReason"}
    fresh = desk.update({**taken, "status": "accepted"}, **{"If-Match": now})
    assert fresh.status_code == 200, fresh.json()


def test_whoever_asked_revokes_for_a_reason_and_nobody_else(desk, police, sent):
    why = {
        "url": codes.STATUS_REASON,
        "valueCodeableConcept": word("withdrawal-reason", "sent_in_error"),
    }
    revoked = {**sent, "status": "revoked", "extension": [*sent["extension"], why]}
    theirs = desk.read(f"ServiceRequest/{sent['id']}").json()
    theirs = {**theirs, "status": "revoked", "extension": [*theirs["extension"], why]}

    assert outcome(desk.update(theirs))[0] == 403
    assert outcome(police.update({**sent, "status": "revoked"}))[0] == 400
    done = police.update(revoked)
    assert (done.status_code, done.json()["status"]) == (200, "revoked"), done.json()
    assert police.read(f"Task/{sent['id']}").json()["status"] == "cancelled"


def test_tasks_are_searched_by_status_side_and_change(desk, police):
    first, second = (police.create(a_request()).json()["id"] for _ in range(2))
    desk.update({**desk.read(f"Task/{first}").json(), "status": "accepted"})
    before = datetime.now(UTC)

    def found(tool, query):
        answer = tool.read(f"Task?{query}")
        assert answer.status_code == 200, answer.json()
        bundle = answer.json()
        assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
        return [entry["resource"]["id"] for entry in bundle.get("entry", [])]

    assert found(desk, "status=requested") == [second]
    assert found(desk, "status=requested,accepted") == [second, first]
    assert found(desk, "owner:identifier=liverpool-idva") == [second, first]
    assert found(desk, "requester:identifier=liverpool-idva") == []
    assert found(desk, "owner:identifier=merseyside-police") == []
    since = before.isoformat().replace("+", "%2B")
    assert found(desk, f"_lastUpdated=ge{since}") == []
    assert outcome(desk.read("Task?status=nonsense"))[0] == 400
    assert outcome(desk.read("Task?_lastUpdated=ge2020-01-01T00:00Z"))[0] == 400
    assert outcome(desk.read(f"Task?_lastUpdated={since}"))[0] == 400
    assert outcome(desk.read("Task?_sort=x"))[0] == 400
    page = desk.read("Task?_count=1").json()
    assert [each["relation"] for each in page["link"]] == ["self", "next"]
    following = page["link"][1]["url"].partition(ROOT)[2]
    assert found(desk, following.partition("?")[2]) == [first]


def test_whoever_has_nothing_to_do_with_it_finds_nothing(people, police, sent):
    stranger = Tool(system_of("rowan"))
    assert outcome(stranger.read(f"ServiceRequest/{sent['id']}"))[0] == 404
    assert outcome(stranger.read(f"Task/{sent['id']}"))[0] == 404
    task = police.read(f"Task/{sent['id']}").json()
    assert outcome(stranger.update({**task, "status": "accepted"}))[0] == 404
    assert outcome(police.update({**task, "status": "accepted"}))[0] == 403
    assert "entry" not in stranger.read("ServiceRequest").json()
    assert police.read(f"Task/{sent['id']}").json()["status"] == "requested"


def test_scopes_count_at_this_door_too(own_database):
    reader = Tool(systems.police("referral:read"))
    assert outcome(reader.create(a_request()))[0] == 403
    assert reader.read("ServiceRequest").status_code == 200


def test_what_is_understood_is_told_to_anybody(people):
    answer = systems.police().browser.get(f"{ROOT}metadata")
    said = answer.json()
    assert (said["resourceType"], said["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert {each["type"] for each in said["rest"][0]["resource"]} == {"ServiceRequest", "Task"}


@pytest.mark.parametrize("reason", ClosureReason.values)
def test_every_end_is_one_of_three(reason):
    ended = Referral(status=Status.CLOSED, closure_reason=reason)
    assert codes.task_status(ended) in {"completed", "failed", "cancelled"}
    assert (codes.business_status(ended) == "client-declined") is (reason == "client_declined")


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_its_word(status):
    referral = Referral(status=status, closure_reason="planned", decline_reason="no_capacity")
    assert codes.task_status(referral) in codes.TASK_STATUSES
    assert codes.request_status(referral) in {"draft", "active", "revoked", "completed"}


def test_a_referral_of_the_other_door_is_read_at_this_one(police, desk):
    made = police.system.post("referrals/", body()).json()
    shown = desk.read(f"ServiceRequest/{made['reference']}").json()
    assert (shown["priority"], shown["status"]) == ("urgent", "active")
    assert shown["performer"][0]["identifier"]["value"] == "liverpool-idva"
