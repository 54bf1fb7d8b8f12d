"""What somebody who writes to the database gains: nothing opens that was moved or widened."""

from contextlib import contextmanager

import pytest

from referrals import actions
from referrals.errors import AccessEnded
from referrals.reading import open_case, see
from tests import given
from tests.referrals.conftest import as_owner


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@contextmanager
def tampered(table, row, **columns):
    """A row changed behind everybody's back for a while, and put back as it was."""
    names = ", ".join(columns)
    where = f"FROM {table} WHERE ctid = '{_place(table, row)}'"
    before = as_owner(f"SELECT {names} {where}")[0]
    _write(table, row, columns)
    try:
        yield
    finally:
        _write(table, row, dict(zip(columns, before, strict=True)))


def _place(table, row):
    tests = " AND ".join(f"{name} = %s" for name in row)
    return as_owner(f"SELECT ctid::text FROM {table} WHERE {tests}", *row.values())[0][0]  # noqa: S608


def _write(table, row, columns):
    sets = ", ".join(f"{name} = %s" for name in columns)
    tests = " AND ".join(f"{name} = %s" for name in row)
    as_owner(f"UPDATE {table} SET {sets} WHERE {tests}", *columns.values(), *row.values())  # noqa: S608


def envelope_of(referral, compartment, version=1):
    rows = as_owner(
        "SELECT envelope FROM referrals_sealedrecord"
        " WHERE case_id = %s AND compartment = %s AND kind = 'document' AND version = %s",
        referral.case_id,
        compartment,
        version,
    )
    return bytes(rows[0][0])


def place_of(referral, compartment, version=1):
    return {
        "case_id": referral.case_id,
        "compartment": compartment,
        "kind": "document",
        "version": version,
    }


def assert_closed_while(house, taken, table, row, **columns):
    assert open_case(taken.reference, by=house.adviser).document("identity")
    with tampered(table, row, **columns), pytest.raises(AccessEnded):
        open_case(taken.reference, by=house.adviser)
    assert open_case(taken.reference, by=house.adviser).document("identity")


def test_envelope_of_another_part_does_not_open(house, taken):
    moved = envelope_of(taken, "risk")

    place = place_of(taken, "needs")
    assert_closed_while(house, taken, "referrals_sealedrecord", place, envelope=moved)


def test_envelope_of_another_case_does_not_open(house, taken):
    other = given.a_taken_referral(house.officer, house.adviser)

    place, moved = place_of(taken, "needs"), envelope_of(other, "needs")
    assert_closed_while(house, taken, "referrals_sealedrecord", place, envelope=moved)


def test_envelope_of_an_earlier_version_does_not_open(house, taken):
    actions.amend(taken.reference, "needs", {"wanted": "Now"}, by=house.adviser)
    actions.amend(taken.reference, "needs", {"wanted": "Later"}, by=house.adviser)

    place, moved = place_of(taken, "needs", 3), envelope_of(taken, "needs", 2)
    assert_closed_while(house, taken, "referrals_sealedrecord", place, envelope=moved)


@pytest.mark.parametrize(
    "columns", [{"code": "child:child"}, {"version": 9}, {"kind": "note"}, {"epoch": 2}]
)
def test_envelope_under_another_name_does_not_open(house, taken, columns):
    key = "SELECT id FROM referrals_sealedrecord WHERE case_id = %s AND compartment = 'needs'"
    row = {"id": as_owner(key, taken.case_id)[0][0]}

    assert_closed_while(house, taken, "referrals_sealedrecord", row, **columns)


def test_an_envelope_that_was_moved_is_logged_and_on_record(house, taken, caplog):
    moved, place = envelope_of(taken, "risk"), place_of(taken, "needs")
    assert open_case(taken.reference, by=house.adviser)
    caplog.clear()

    with (
        tampered("referrals_sealedrecord", place, envelope=moved),
        pytest.raises(AccessEnded),
    ):
        open_case(taken.reference, by=house.adviser)

    assert "A sealed field was refused" in caplog.messages
    attempts = as_owner(
        "SELECT decision, reason FROM audit_auditentry WHERE object_id = %s"
        " AND action = 'case.open' ORDER BY seq DESC LIMIT 1",
        taken.reference,
    )
    assert attempts == [("refused", "RecordClosed")]


def test_cut_envelope_does_not_open(house, taken):
    moved = envelope_of(taken, "needs")[:-1]

    place = place_of(taken, "needs")
    assert_closed_while(house, taken, "referrals_sealedrecord", place, envelope=moved)


def test_bundle_of_another_agency_does_not_open(house, taken):
    theirs = as_owner(
        "SELECT sealed, signature FROM referrals_bundle WHERE case_id = %s AND agency_id = %s",
        taken.case_id,
        house.officer.agency_id,
    )[0]
    row = {"case_id": taken.case_id, "agency_id": house.adviser.agency_id}

    assert_closed_while(
        house, taken, "referrals_bundle", row, sealed=bytes(theirs[0]), signature=bytes(theirs[1])
    )


def test_bundle_of_another_case_does_not_open(house, taken):
    other = given.a_taken_referral(house.officer, house.adviser)
    theirs = as_owner(
        "SELECT sealed, signature FROM referrals_bundle WHERE case_id = %s AND agency_id = %s",
        other.case_id,
        house.adviser.agency_id,
    )[0]
    row = {"case_id": taken.case_id, "agency_id": house.adviser.agency_id}

    assert_closed_while(
        house, taken, "referrals_bundle", row, sealed=bytes(theirs[0]), signature=bytes(theirs[1])
    )


def test_another_erasure_key_opens_nothing(house, taken):
    row = {"case_id": taken.case_id}

    assert_closed_while(house, taken, "referrals_erasurekey", row, key=b"\x00" * 32)


def test_offer_widened_after_it_was_signed_is_refused(house):
    agreed = given.consent(compartments=["contact", "needs"])
    sent = given.a_sent_referral(house.officer, agreed=agreed)
    row = {"id": sent.pk}

    with (
        tampered("referrals_referral", row, offered=["contact", "needs", "risk"]),
        pytest.raises(AccessEnded, match="not what was sent"),
    ):
        actions.accept(sent.reference, by=house.adviser)

    assert see(sent.reference, by=house.adviser).status == "sent"
    actions.accept(sent.reference, by=house.adviser)
    case = open_case(sent.reference, by=house.adviser)
    assert {record.compartment for record in case.records} == {"contact", "needs"}


def test_signature_of_another_offer_is_refused(house):
    sent = given.a_sent_referral(house.officer)
    other = given.a_sent_referral(house.officer)

    with (
        tampered(
            "referrals_referral", {"id": sent.pk}, offer_signature=bytes(other.offer_signature)
        ),
        pytest.raises(AccessEnded),
    ):
        actions.accept(sent.reference, by=house.adviser)

    assert actions.accept(sent.reference, by=house.adviser).status == "accepted"
