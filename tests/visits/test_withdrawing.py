"""Who loses access to a case goes on no visit of hers, and is woken for it no more."""

from datetime import UTC, datetime

import pytest

from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told
from tests.visits.test_handing_over import taken
from tests.world import People
from visits import actions, sweeping
from visits.models import FollowUp, Visit
from visits.standing_down import end_without_access

STANDING = """
SELECT v.status, f.outcome, f.ended_at IS NOT NULL FROM visits_visit v
JOIN visits_followup f ON f.id = v.follow_up_id JOIN referrals_referral r ON r.id = f.referral_id
WHERE r.reference = %s
"""
OVER = [("cancelled", "agreement_ended", True)]
STANDS = [("booked", "", False)]


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone():
        yield People()


def booked(house, day):
    """A follow-up with a visit booked by a second adviser, who goes."""
    referral = taken(house)
    at = as_owner(
        "SELECT due_at FROM visits_followup f JOIN referrals_referral r ON r.id = f.referral_id"
        " WHERE r.reference = %s",
        referral.reference,
    )[0][0]
    booking = actions.Booking(
        adviser=house.second_adviser,
        starts_at=at.replace(minute=day, second=0, microsecond=0),
        outside_reason="she_asked",
        off_shift_reason="swapped",
    )
    actions.book(referral.reference, booking, by=house.adviser)
    return referral


def test_withdrawn_agreement_calls_off_what_was_booked_and_ends_the_duty(house):
    referral, other = booked(house, 5), given.a_taken_referral(house.officer, house.adviser)
    assert as_owner(STANDING, referral.reference) == STANDS

    actions.withdraw_consent(referral.reference, by=house.adviser)

    assert as_owner(STANDING, referral.reference) == OVER
    assert ("follow_up.stood_down", referral.reference) in told(house.second_adviser)
    assert other.status == "accepted"


def test_clock_calls_it_off_where_the_agreement_ran_out(house):
    referral = booked(house, 15)
    as_owner(
        "UPDATE referrals_grant SET expires_at = now(), revoked_at = now() WHERE case_id = %s"
        " AND agency_id = %s",
        referral.case_id,
        house.adviser.agency_id,
    )

    with databases.signed_in_as(databases.WORKER):
        sweeping.sweep(datetime.now(UTC))

    assert as_owner(STANDING, referral.reference) == OVER


def test_nobody_ends_what_is_still_open(house):
    referral = booked(house, 25)

    for member in (house.adviser, house.wirral_adviser, house.officer):
        with unit_of_work(member.context):
            assert end_without_access(referral.case_id) == 0
            assert end_without_access(None) == 0

    assert as_owner(STANDING, referral.reference) == STANDS
    with unit_of_work(house.adviser.context):
        assert FollowUp.objects.filter(referral=referral, ended_at=None).exists()
        assert Visit.objects.filter(follow_up__referral=referral).exists()
