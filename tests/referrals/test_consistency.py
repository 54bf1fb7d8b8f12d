"""The check of cases, grants and keys: quiet about a sound house, and loud about each fault."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from referrals import actions
from tests import databases, given
from tests.referrals.conftest import as_owner, found_faults


@pytest.fixture
def taken(own_database, people):
    """A sound case; its onward referral was taken."""
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)
    actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)
    return taken


def test_fsck_cases_is_content_with_a_sound_house(taken):
    said = StringIO()

    with databases.as_owner():
        call_command("fsck_cases", stdout=said)

    assert said.getvalue() == "Cases, grants and keys fit together.\n"


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM referrals_erasurekey WHERE case_id = %s", "has no erasure key"),
        ("DELETE FROM referrals_bundle WHERE case_id = %s AND epoch = 3", "without a bundle"),
        ("UPDATE referrals_case SET epoch = 4 WHERE id = %s", "without a bundle"),
        ("UPDATE referrals_case SET epoch = 2 WHERE id = %s", "has not reached"),
        ("UPDATE referrals_case SET lead_agency_id = NULL WHERE id = %s", "nobody leads"),
        ("UPDATE referrals_grant SET revoked_at = now() WHERE case_id = %s", "no grant for it"),
        (
            "UPDATE referrals_grant SET last_epoch = 2 WHERE case_id = %s AND first_epoch = 2",
            "no grant for it",
        ),
    ],
)
def test_fsck_cases_names_what_does_not_fit(taken, damage, fault):
    as_owner(damage, taken.case_id)

    found = found_faults()

    assert any(fault in sentence and str(taken.case_id) in sentence for sentence in found)
    with databases.as_owner(), pytest.raises(CommandError, match="faults"):
        call_command("fsck_cases", stderr=StringIO())
