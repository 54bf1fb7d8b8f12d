"""What is recorded, by whom, in whose chain; and what is left of work that failed."""

import json
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from psycopg import errors

from audit.models import PLATFORM, AuditEntry, ChainHead
from audit.recording import (
    LONGEST_WORD,
    MOST_SHOWN,
    name_shown,
    record,
    record_for_both,
    record_refusal,
    record_refusal_unless_recorded,
)
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.audit.conftest import chain_of, told_of
from tests.tenancy.attacks import honest_token, tell


@pytest.fixture
def about():
    return uuid4().hex


def attempt(context, action, about):
    """Work that is recorded, then refused."""
    with unit_of_work(context):
        record(action, about=("referral", about))
        raise PermissionDenied


def test_entries_appear_once_and_in_order_in_each_chain_they_concern(officer, adviser, about):
    with unit_of_work(officer):
        record(
            "open", about=("referral", about), compartments=["person", "incident"], purpose="visit"
        )
        record("send", about=("referral", about), also=[adviser.agency_id, adviser.agency_id])
        record("note", about=("referral", about), also=[officer.agency_id])

    assert told_of(officer, about) == [
        ("open", "allowed"),
        ("send", "allowed"),
        ("note", "allowed"),
    ]
    assert told_of(adviser, about) == [("send", "allowed")]
    opened, sent, _ = chain_of(officer, about)
    assert (opened.object_type, opened.compartments, opened.purpose) == (
        "referral",
        ["person", "incident"],
        "visit",
    )
    assert (opened.actor, opened.actor_role) == (str(officer.membership_id), "member")
    assert sent.seq == opened.seq + 1
    assert bytes(sent.prev_hash) == bytes(opened.entry_hash)


def test_another_agencys_chain_is_not_seen(officer, adviser, about):
    with unit_of_work(officer):
        record("open", about=("referral", about))

    assert told_of(officer, about) == [("open", "allowed")]
    assert told_of(adviser, about) == []
    assert not AuditEntry.objects.exists()


def test_nothing_can_be_recorded_outside_a_work():
    with pytest.raises(RuntimeError, match="outside any unit of work"):
        record("open")


def test_failed_work_leaves_its_attempt_and_no_success(officer, about):
    with pytest.raises(PermissionDenied):
        attempt(officer, "open", about)

    (entry,) = chain_of(officer, about)
    assert (entry.action, entry.decision, entry.reason) == ("open", "refused", "PermissionDenied")
    assert entry.actor == str(officer.membership_id)


def test_a_failed_part_is_recorded_as_refused_between_what_was_allowed(officer, about):
    with unit_of_work(officer):
        record("open", about=("referral", about))
        with pytest.raises(PermissionDenied):
            attempt(officer, "accept", about)
        record("close", about=("referral", about))

    assert told_of(officer, about) == [
        ("open", "allowed"),
        ("accept", "refused"),
        ("close", "allowed"),
    ]


def test_work_that_failed_whole_refuses_what_it_had_refused_in_part(officer, about):
    def attempt_twice():
        with unit_of_work(officer):
            with pytest.raises(PermissionDenied):
                attempt(officer, "accept", about)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attempt_twice()

    (entry,) = chain_of(officer, about)
    assert (entry.decision, entry.reason) == ("refused", "PermissionDenied")


def test_a_refusal_that_cannot_be_recorded_is_the_failure_the_caller_sees(officer, house, about):
    right = f'EXECUTE ON FUNCTION audit_append(jsonb) {{}} "{databases.WEB.name}"'
    with databases.owner(house) as owner:
        owner.execute("REVOKE " + right.format("FROM"))
        try:
            with pytest.raises(DatabaseError):
                attempt(officer, "open", about)
        finally:
            owner.execute("GRANT " + right.format("TO"))

    assert told_of(officer, about) == []


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("PH-\0NUL", "PH-�NUL"),
        ("PH-\ud800", "PH-?"),
        ("PH-" + "9" * 5000, "PH-" + "9" * (LONGEST_WORD - 3)),
        ("O'Brien; DROP TABLE", "O'Brien; DROP TABLE"),
        ("ünï 💥", "ünï 💥"),
    ],
    ids=["nul", "half a pair", "endless", "quotes", "unicode"],
)
def test_whatever_somebody_asked_for_can_be_recorded(officer, word, kept):
    purpose = uuid4().hex
    with unit_of_work(officer):
        record("open", about=("referral", word), purpose=purpose)

    with unit_of_work(officer):
        assert AuditEntry.objects.get(purpose=purpose).object_id == kept


# ---- past our own code: what an attacker with the web role's SQL can append


def forged(agency_id, about, **words):
    entry = {
        "agency_id": agency_id,
        "seq": 999,
        "at": "2001-01-01T00:00:00Z",
        "actor": "1",
        "actor_role": "migration",
        "action": "open",
        "object_type": "referral",
        "object_id": about,
        "compartments": [],
        "purpose": "",
        "decision": "allowed",
        "reason": "",
        "request_id": "",
        "prev_hash": "\\x00",
        "entry_hash": "\\x00",
    }
    return json.dumps([{**entry, **words}])


@pytest.fixture
def web(house):
    with databases.connect(house) as connection:
        yield connection


def append(connection, entries):
    connection.execute("SELECT audit_append(%s::jsonb)", [entries])


def test_an_actor_a_time_or_a_place_in_the_chain_cannot_be_made_up(web, officer, about):
    tell(web, honest_token(web, officer.claim))

    append(web, forged(officer.agency_id, about))

    web.commit()
    (entry,) = chain_of(officer, about)
    assert (entry.actor, entry.actor_role) == (str(officer.membership_id), "member")
    assert entry.at.year > 2001
    assert entry.seq != 999
    assert len(entry.entry_hash) == len(entry.prev_hash) == 32


def test_nobody_writes_to_no_agencys_chain(web, officer, about):
    with pytest.raises(errors.InsufficientPrivilege):
        append(web, forged(officer.agency_id, about))
    web.rollback()

    append(web, forged(PLATFORM, about))
    web.commit()

    assert told_of(officer, about) == []
    with databases.as_owner(), unit_of_work(Context.migration()):
        entry = AuditEntry.objects.get(object_id=about)
        assert (entry.agency_id, entry.actor, entry.actor_role) == (PLATFORM, "", "nobody")


@pytest.mark.parametrize("compartments", [["person", None], [["person"]], [["a", "b"], ["c", "d"]]])
def test_an_entry_that_would_pass_for_tampered_is_not_taken(web, officer, about, compartments):
    tell(web, honest_token(web, officer.claim))
    with pytest.raises(errors.Error):
        append(web, forged(officer.agency_id, about, compartments=compartments))
    web.rollback()

    tell(web, honest_token(web, officer.claim))
    append(web, forged(officer.agency_id, about, compartments=["person"]))


@pytest.mark.parametrize("field", ["agency_id", "action", "object_id", "compartments", "decision"])
def test_an_entry_with_a_gap_is_not_taken(web, officer, about, field):
    (entry,) = json.loads(forged(officer.agency_id, about))
    tell(web, honest_token(web, officer.claim))

    with pytest.raises(errors.NotNullViolation):
        append(web, json.dumps([{**entry, field: None}]))


def test_the_system_records_for_agencies_as_the_system(officer, about):
    with databases.signed_in_as(WORKER), unit_of_work(Context.system()):
        record("escalate", about=("referral", about), also=[officer.agency_id])

    (entry,) = chain_of(officer, about)
    assert (entry.actor, entry.actor_role) == ("", "system")


def test_a_refusal_is_recorded_although_nothing_failed(officer, about):
    with unit_of_work(officer):
        record_refusal("sign-in", about=("user", about), reason="wrong code")

    (entry,) = chain_of(officer, about)
    assert (entry.action, entry.decision, entry.reason) == ("sign-in", "refused", "wrong code")


def test_an_entry_is_recorded_for_the_other_agency_of_an_act_as_well(officer, adviser, about):
    with unit_of_work(officer):
        record("send", about=("referral", about))
        for agency_id in (adviser.agency_id, officer.agency_id, adviser.agency_id):
            record_for_both(agency_id)
        record("send", about=("referral", about))
        record_for_both(adviser.agency_id)

    assert told_of(officer, about) == [("send", "allowed")] * 2
    assert told_of(adviser, about) == [("send", "allowed")] * 2


def test_what_is_owed_is_owed_by_a_work(officer):
    with pytest.raises(RuntimeError, match="outside any unit of work"):
        record_refusal("sign-in")
    with pytest.raises(RuntimeError, match="no entry"):
        record_for_both(officer.agency_id)
    with unit_of_work(officer), pytest.raises(RuntimeError, match="no entry"):
        record_for_both(officer.agency_id)


def test_a_list_names_what_it_shows_and_counts_what_does_not_fit(officer, about):
    many = [f"PH-{number:08d}" for number in range(MOST_SHOWN + 7)]
    with unit_of_work(officer):
        record("list.desk", purpose=about)
        name_shown(many[:2])
        name_shown(many[2:4])
    with unit_of_work(officer):
        record("list.desk", purpose=about)
        name_shown(many)

    with unit_of_work(officer):
        few, all_ = AuditEntry.objects.filter(purpose=about).order_by("seq")
    assert (few.object_type, few.object_id) == ("referrals", " ".join(many[:4]))
    assert all_.object_id.split() == [*many[:MOST_SHOWN], "+7"]


def test_only_a_list_can_name_what_it_shows(officer):
    with pytest.raises(RuntimeError, match="no list"):
        name_shown([])
    with unit_of_work(officer):
        with pytest.raises(RuntimeError, match="no list"):
            name_shown([])
        record("open")
        with pytest.raises(RuntimeError, match="no list"):
            name_shown([])


def test_a_refusal_is_recorded_unless_it_left_an_entry_already(officer, about):
    with unit_of_work(officer):
        record_refusal_unless_recorded("page.case", about=("referral", about), reason="403")
        record_refusal_unless_recorded("page.case", about=("referral", about), reason="403")

    (entry,) = chain_of(officer, about)
    assert (entry.action, entry.decision, entry.reason) == ("page.case", "refused", "403")
    with pytest.raises(RuntimeError, match="outside any unit of work"):
        record_refusal_unless_recorded("page.case")


def test_what_is_recorded_beside_an_act_does_not_go_to_the_other_agency(officer, adviser, about):
    with unit_of_work(officer):
        record("accept", about=("referral", about))
        record("key.grant", about=("referral", about))
        record("search.own_cases", about=("referral", about))
        record_for_both(adviser.agency_id)
        record_for_both(adviser.agency_id)

    assert told_of(officer, about) == [
        ("accept", "allowed"),
        ("key.grant", "allowed"),
        ("search.own_cases", "allowed"),
    ]
    assert told_of(adviser, about) == [("accept", "allowed")]


def test_an_entry_names_itself_without_saying_whom_it_is_about(officer, about):
    with unit_of_work(officer):
        record("open", about=("referral", about))

    (entry,) = chain_of(officer, about)
    assert str(entry) == f"{officer.agency_id}/{entry.seq} open allowed"
    with unit_of_work(officer):
        assert str(ChainHead.objects.get()) == f"Chain of {officer.agency_id} at {entry.seq}"
