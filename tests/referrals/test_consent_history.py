"""What she is told of who may see and who has seen is what the grants and the evidence say."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from audit.models import AuditEntry
from referrals import actions
from referrals.models import Referral
from referrals.reading import open_case
from referrals.sharings import sharings_of
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner

PARTS = ["identity", "needs", "risk"]


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@pytest.fixture
def rowan(house, taken):
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=PARTS)
    return actions.accept(onward.reference, by=house.caseworker)


def test_it_equals_the_grants_and_the_chains(house, taken, rowan):
    """C12."""
    other = given.a_taken_referral(house.officer, house.adviser)
    open_case(other.reference, by=house.adviser)
    open_case(rowan.reference, by=house.caseworker, only=["needs"], purpose="first call")
    linden = given.an_onward_referral(rowan, house.caseworker, "linden", compartments=["needs"])
    actions.accept(linden.reference, by=house.other_caseworker)
    open_case(linden.reference, by=house.other_caseworker)
    actions.narrow_consent(rowan.reference, ["risk"], by=house.adviser)
    actions.withdraw_consent(linden.reference, by=house.caseworker)

    found = sharings_of(taken.reference, by=house.adviser)

    grants = as_owner(
        "SELECT agency_id, granted_at, expires_at, revoked_at FROM referrals_grant"
        " WHERE case_id = %s ORDER BY granted_at, agency_id",
        taken.case_id,
    )
    assert [(g.agency_id, g.granted_at, g.expires_at, g.revoked_at) for g in found.granted] == [
        tuple(row) for row in grants
    ]
    opened = as_owner(
        "SELECT agency_id, at, compartments, purpose FROM audit_auditentry WHERE object_id IN"
        " (SELECT reference FROM referrals_referral WHERE case_id = %s)"
        " AND action = 'case.open' AND decision = 'allowed' ORDER BY at, agency_id, seq",
        taken.case_id,
    )
    assert [tuple(reading[:4]) for reading in found.readings] == [tuple(row) for row in opened]
    theirs = {g.agency_id: g.compartments for g in found.granted}
    assert theirs[house.caseworker.agency_id] == ["identity", "needs"]
    assert [r.compartments for r in found.read_by(house.caseworker.agency_id)] == [["needs"]]
    lines = as_owner("SELECT id FROM referrals_consententry WHERE case_id = %s", taken.case_id)
    assert {line.consent_id for line in found.said} == {row[0] for row in lines}


def test_what_was_withdrawn_stays_listed_with_who_has_read_it(house, taken, rowan):
    open_case(rowan.reference, by=house.caseworker)

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    found = sharings_of(taken.reference, by=house.adviser)
    mine = [g for g in found.granted if g.agency_id == house.caseworker.agency_id]
    assert [grant.compartments for grant in mine] == [PARTS]
    assert mine[0].revoked_at is not None
    assert len(found.read_by(house.caseworker.agency_id)) == 1


def test_names_of_other_agencies_people_are_not_in_it(house, taken, rowan):
    open_case(rowan.reference, by=house.caseworker)
    open_case(taken.reference, by=house.adviser)

    found = sharings_of(taken.reference, by=house.adviser)

    assert {r.actor for r in found.read_by(house.caseworker.agency_id)} == {""}
    assert {r.actor for r in found.read_by(house.adviser.agency_id)} == {str(house.adviser.pk)}


def test_looking_at_it_is_on_record_and_not_for_everybody(house, taken, rowan):
    for reference, by in (
        (rowan.reference, house.caseworker),
        (taken.reference, house.officer),
        (taken.reference, house.second_adviser),
    ):
        with pytest.raises(PermissionDenied):
            sharings_of(reference, by=by)
    with pytest.raises(Referral.DoesNotExist):
        sharings_of(taken.reference, by=house.caseworker)

    sharings_of(taken.reference, by=house.adviser, purpose="she asked")

    with unit_of_work(house.adviser.context):
        entry = AuditEntry.objects.filter(action="consent.history").latest("seq")
    assert (entry.object_id, entry.decision, entry.purpose) == (
        taken.reference,
        "allowed",
        "she asked",
    )


FUNCTIONS = ("referrals_sharings", "referrals_grants_of", "referrals_readings")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_database_gives_it_to_who_leads_the_case_alone(house, taken, rowan, function):
    def rows(member):
        with unit_of_work(member.context), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {function}(%s)", [taken.case_id])  # noqa: S608
            return cursor.fetchall()

    open_case(rowan.reference, by=house.caseworker)

    assert [len(rows(who)) for who in (house.caseworker, house.officer, house.wirral_adviser)] == [
        0,
        0,
        0,
    ]
    assert rows(house.adviser)
