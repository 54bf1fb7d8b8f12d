"""With every rule of ours out of the way, the database still ends nothing for a stranger.

Each function is called as code in the web could that forgot to ask.
"""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Agency
from referrals import actions
from referrals.models import ConsentEntry
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner
from tests.referrals.sealed_with import bundles_of

OUTSIDERS = ("wirral_adviser", "other_caseworker", "cheshire_officer")


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@pytest.fixture
def rowan(house, taken):
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["needs"])
    return actions.accept(onward.reference, by=house.caseworker)


def asked(member, sql, *parameters):
    """What the database gives a member who asks it past all our code."""
    with unit_of_work(member.context), connection.cursor() as cursor, transaction.atomic():
        cursor.execute(sql, parameters)
        return cursor.fetchall()


READS = {
    "renewal": "SELECT * FROM referrals_renewal(%s, NULL)",
    "holders": "SELECT * FROM referrals_key_holders(%s, NULL)",
    "sealed": "SELECT * FROM referrals_sealed_in(%s, '{needs}')",
}
PUT = """
SELECT referrals_put_keys(%s, 99, '{}', '{}', '{}', '{}', '{}', '{}', '{}')
"""


@pytest.mark.parametrize("read", READS)
def test_strangers_get_no_row_of_it(house, taken, rowan, read):
    for stranger in OUTSIDERS:
        assert asked(getattr(house, stranger), READS[read], taken.case_id) == []

    assert asked(house.adviser, READS[read], taken.case_id) != []


def test_nobody_is_given_notes_to_seal_anew(house, taken, rowan):
    actions.add_note(rowan.reference, by=house.caseworker, text="Theirs")
    notes = f"notes:{house.caseworker.agency_id}"
    read = "SELECT * FROM referrals_sealed_in(%s, %s::varchar[])"

    assert asked(house.adviser, read, taken.case_id, [notes]) == []
    assert asked(house.adviser, read, taken.case_id, [notes, "needs"]) != []


@pytest.mark.parametrize("stranger", OUTSIDERS)
def test_strangers_put_no_keys_and_end_nothing(house, taken, rowan, stranger):
    member, before = getattr(house, stranger), bundles_of(taken)
    end = "SELECT referrals_end_access(%s, %s, now())"

    with pytest.raises(DatabaseError, match="not this agency's"):
        asked(member, PUT, taken.case_id)
    with pytest.raises(DatabaseError, match="not this agency's"):
        asked(member, end, taken.case_id, house.caseworker.agency_id)

    assert bundles_of(taken) == before
    asked(house.adviser, end, taken.case_id, house.caseworker.agency_id)
    assert house.caseworker.agency_id not in bundles_of(taken)


def test_keys_are_put_for_the_very_next_epoch_alone(house, taken):
    before = bundles_of(taken)

    with pytest.raises(DatabaseError, match="not this agency's"):
        asked(house.adviser, PUT, taken.case_id)

    assert bundles_of(taken) == before
    asked(house.adviser, PUT.replace("99", "3"), taken.case_id)
    assert as_owner("SELECT epoch FROM referrals_case WHERE id = %s", taken.case_id) == [(3,)]


def test_a_service_ends_no_access_but_its_own(house, taken, rowan):
    end = "SELECT referrals_end_access(%s, %s, now())"

    for victim in (house.adviser, house.officer):
        with pytest.raises(DatabaseError, match="not this agency's"):
            asked(house.caseworker, end, taken.case_id, victim.agency_id)

    asked(house.caseworker, end, taken.case_id, house.caseworker.agency_id)
    assert house.adviser.agency_id in bundles_of(taken)


def test_a_grant_follows_no_line_that_another_agency_took(house, taken, rowan):
    line = as_owner(
        "SELECT id FROM referrals_consententry WHERE case_id = %s AND recipient_id = %s",
        taken.case_id,
        house.caseworker.agency_id,
    )[0][0]
    follow = "SELECT referrals_follow_answer(%s, '{needs}', '{}')"

    for member in (house.caseworker, house.wirral_adviser):
        with pytest.raises(DatabaseError, match="not this agency's"):
            asked(member, follow, line)
    with pytest.raises(DatabaseError, match="not this agency's"):
        asked(house.adviser, "SELECT referrals_follow_answer(%s, '{}', '{risk}')", line)

    asked(house.adviser, follow, line)


def test_web_ends_nothing_for_the_clock_and_the_worker_renews_nothing(house, taken):
    with pytest.raises(DatabaseError, match="permission denied"):
        asked(house.adviser, "SELECT * FROM referrals_end_expired(now(), 10)")
    with databases.signed_in_as(databases.WORKER), connection.cursor() as cursor:
        for sql in (*READS.values(), PUT):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(sql, [uuid.uuid4()])


def test_recipient_sees_no_line_of_a_draft_or_a_request(house, taken):
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=house.officer)
    asked_for = given.consent(
        answer="refused",
        method="",
        wording_version="",
        basis="recognised_interest",
        condition="safeguarding",
        ground="child_at_risk",
        safe_to_tell="safe",
        reason="Her son told the school nurse what he had seen.",
        expires_at=datetime.now(UTC) + timedelta(days=3),
        compartments=["needs"],
    )
    rowan = Agency.objects.get(code="rowan")
    actions.ask_to_share(taken.reference, rowan, asked_for, by=house.adviser)

    def lines(member, case_id):
        with unit_of_work(member.context):
            return ConsentEntry.objects.filter(case=case_id).count()

    assert lines(house.adviser, draft.case_id) == 0
    assert lines(house.caseworker, taken.case_id) == 0
    assert lines(house.officer, draft.case_id) == 1
    actions.send(draft.reference, by=house.officer)
    assert lines(house.adviser, draft.case_id) == 1
