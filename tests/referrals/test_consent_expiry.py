"""An agreement ends at its very instant: for reading at once, and then its keys cease to exist."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notices.models import Notice
from referrals import actions, sweeping
from referrals.errors import AccessEnded, ConsentMissing, NotWellFormed
from referrals.keeping import keys_of
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, found_faults, told
from tests.referrals.sealed_with import LATER, bundles_of, opened_by, records_of

PARTS = ["identity", "needs"]
GRANT = """
SELECT revoked_at, expires_at, owes_new_keys FROM referrals_grant
WHERE case_id = %s AND agency_id = %s
"""


def now():
    return datetime.now(UTC)


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@pytest.fixture
def rowan(house, taken):
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=PARTS)
    return actions.accept(onward.reference, by=house.caseworker)


def run_out(referral, member):
    """Let the time of a member's agency be over, as nothing but time can."""
    as_owner(
        "UPDATE referrals_grant SET expires_at = now() - interval '1 microsecond'"
        " WHERE case_id = %s AND agency_id = %s",
        referral.case_id,
        member.agency_id,
    )


def sweep():
    with databases.signed_in_as(databases.WORKER):
        return sweeping.end_expired(at=now())


def grant_of(referral, member):
    return as_owner(GRANT, referral.case_id, member.agency_id)[0]


def test_it_opens_until_the_instant_and_not_at_it(house, taken, rowan):
    ends_at = now() + timedelta(hours=3)
    actions.end_consent_at(rowan.reference, ends_at, by=house.adviser)

    with time_machine.travel(ends_at - timedelta(microseconds=1), tick=False):
        assert open_case(rowan.reference, by=house.caseworker).document("identity")
    with time_machine.travel(ends_at, tick=False):
        with pytest.raises(AccessEnded):
            open_case(rowan.reference, by=house.caseworker)
        with pytest.raises(AccessEnded), unit_of_work(house.caseworker.context):
            keys_of(taken.case_id, house.caseworker.agency_id)
        assert open_case(taken.reference, by=house.adviser).document("identity")


def test_it_can_be_taken_on_until_the_instant_and_not_at_it(house, taken):
    ends_at = now() + timedelta(hours=3)
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=PARTS)
    actions.end_consent_at(onward.reference, ends_at, by=house.adviser)

    with time_machine.travel(ends_at, tick=False), pytest.raises(ConsentMissing):
        actions.accept(onward.reference, by=house.caseworker)

    with time_machine.travel(ends_at - timedelta(microseconds=1), tick=False):
        assert actions.accept(onward.reference, by=house.caseworker).status == "accepted"


def test_sweep_takes_the_keys_away_and_tells_both_sides(house, taken, rowan):
    control = given.a_taken_referral(house.officer, house.adviser)
    assert house.caseworker.agency_id in bundles_of(taken)
    run_out(rowan, house.caseworker)

    assert sweep() == 1

    revoked_at, expires_at, owes = grant_of(rowan, house.caseworker)
    assert (revoked_at, owes) == (expires_at, True)
    assert house.caseworker.agency_id not in bundles_of(taken)
    assert told(house.caseworker)[-1] == ("consent.ended", rowan.reference)
    assert told(house.adviser)[-1] == ("consent.ended", rowan.reference)
    assert sweep() == 0
    assert open_case(control.reference, by=house.adviser).document("identity")
    assert found_faults() == []


def test_sweep_ends_nothing_before_its_time_whatever_the_worker_says(house, taken, rowan):
    actions.end_consent_at(rowan.reference, now() + timedelta(hours=3), by=house.adviser)

    with databases.signed_in_as(databases.WORKER):
        assert sweeping.end_expired(at=now() + timedelta(days=3)) == 0

    assert open_case(rowan.reference, by=house.caseworker).document("identity")


def test_a_copy_of_the_keys_opens_nothing_once_anybody_has_looked(house, taken, rowan):
    copied = bundles_of(taken)[house.caseworker.agency_id]
    run_out(rowan, house.caseworker)
    sweep()
    assert opened_by(copied, records_of(taken), taken) == {*PARTS}

    open_case(taken.reference, by=house.officer)

    assert opened_by(copied, records_of(taken), taken) == set()
    assert grant_of(rowan, house.caseworker)[2] is False
    assert open_case(taken.reference, by=house.adviser).document("identity")
    assert open_case(taken.reference, by=house.officer).document("identity")


def test_nothing_is_written_under_a_key_that_ran_out_a_moment_ago(house, taken, rowan):
    """No sweep has been by yet: whoever writes cleans up first."""
    copied = bundles_of(taken)[house.caseworker.agency_id]
    run_out(rowan, house.caseworker)

    actions.amend(taken.reference, "needs", LATER["needs"], by=house.adviser)

    assert opened_by(copied, records_of(taken), taken) == set()
    assert house.caseworker.agency_id not in bundles_of(taken)
    assert found_faults() == []


def test_agreed_again_after_the_time_was_over_is_another_grant(house, taken, rowan):
    run_out(rowan, house.caseworker)
    again = given.an_onward_referral(taken, house.adviser, "linden", compartments=["needs"])
    actions.accept(again.reference, by=house.other_caseworker)

    with pytest.raises(AccessEnded):
        open_case(rowan.reference, by=house.caseworker)
    assert grant_of(rowan, house.caseworker)[0] is not None


def test_an_end_is_in_the_future(house, taken, rowan):
    for ends_at in (now() - timedelta(seconds=1), now()):
        with pytest.raises(NotWellFormed, match="has passed"):
            actions.end_consent_at(rowan.reference, ends_at, by=house.adviser)

    assert grant_of(rowan, house.caseworker)[1] is None
    ends_at = now() + timedelta(days=1)
    actions.end_consent_at(rowan.reference, ends_at, by=house.adviser)
    assert grant_of(rowan, house.caseworker)[1] == ends_at
    actions.end_consent_at(rowan.reference, ends_at + timedelta(days=9), by=house.adviser)
    assert grant_of(rowan, house.caseworker)[1] == ends_at + timedelta(days=9)


def test_what_was_still_to_be_told_about_the_case_is_not(house, taken, rowan):
    other = given.a_taken_referral(house.officer, house.adviser)
    onward = given.an_onward_referral(other, house.adviser, "rowan")
    actions.accept(onward.reference, by=house.caseworker)
    actions.narrow_consent(rowan.reference, ["needs"], by=house.adviser)
    actions.narrow_consent(onward.reference, ["needs"], by=house.adviser)
    told_before = told(house.caseworker)
    assert ("consent.changed", rowan.reference) in told_before

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    after = told(house.caseworker)
    assert ("consent.changed", rowan.reference) not in after
    assert ("consent.withdrawn", rowan.reference) in after
    assert ("consent.changed", onward.reference) in after


def test_a_letter_that_is_under_way_is_not_torn_up(house, taken, rowan):
    actions.narrow_consent(rowan.reference, ["needs"], by=house.adviser)
    as_owner(
        "UPDATE notices_notice SET lease_until = now() + interval '9 seconds' WHERE kind = %s"
        " AND reference = %s",
        "consent.changed",
        rowan.reference,
    )

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    with unit_of_work(house.caseworker.context):
        kinds = Notice.objects.filter(reference=rowan.reference).values_list("kind", flat=True)
        assert "consent.changed" in kinds
