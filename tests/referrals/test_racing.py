"""Many hands at once, on real threads: one wins, and the keys agree with who did."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from referrals import actions, sweeping
from referrals.errors import ConsentMissing, MoveNotAllowed
from referrals.reading import open_case, see
from tests import databases, given
from tests.referrals.conftest import as_owner, found_faults, timeline, told


def at_once(*acts):
    """Run every act on a thread of its own, all at one moment; what each returned or raised."""
    ready = Barrier(len(acts))

    def run(act):
        connection.ensure_connection()
        ready.wait(20)
        try:
            return act()
        except (MoveNotAllowed, ConsentMissing) as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_eight_take_one_referral_and_one_has_it(own_database, people):
    sent = given.a_sent_referral(people.officer)
    members = [people.adviser, people.second_adviser, people.duty_manager, people.adviser] * 2

    outcomes = at_once(*[lambda by=by: actions.accept(sent.reference, by=by) for by in members])

    assert Counter(outcomes)[MoveNotAllowed] == 7
    (winner,) = [outcome for outcome in outcomes if outcome is not MoveNotAllowed]
    assert see(sent.reference, by=people.adviser).assigned_to_id == winner.assigned_to_id
    assert timeline(sent, people.adviser) == ["send", "accept"]
    assert as_owner("SELECT epoch FROM referrals_case WHERE id = %s", sent.case_id) == [(2,)]
    assert len(told(people.officer)) == 1
    assert found_faults() == []


@pytest.mark.parametrize("attempt", range(3))
def test_taking_and_taking_back_end_one_way(own_database, people, attempt):
    parent = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(parent, people.adviser, "rowan")

    accepted, withdrawn = at_once(
        lambda: actions.accept(onward.reference, by=people.caseworker),
        lambda: actions.withdraw(onward.reference, by=people.adviser, reason="sent_in_error"),
    )

    # Taken back after it was taken, or before; it is never taken after it was taken back.
    assert withdrawn is not MoveNotAllowed
    expected = (
        ["send", "withdraw"] if accepted is MoveNotAllowed else ["send", "accept", "withdraw"]
    )
    assert timeline(onward, people.adviser) == expected
    held = as_owner(
        "SELECT count(*) FROM referrals_bundle WHERE agency_id = %s", people.caseworker.agency_id
    )
    assert held == [(0,)]
    assert found_faults() == []


def test_taking_and_taking_back_a_first_referral_leaves_one_winner(own_database, people):
    sent = given.a_sent_referral(people.officer)

    outcomes = at_once(
        lambda: actions.accept(sent.reference, by=people.adviser),
        lambda: _unless_theirs(sent, people.officer),
    )

    refused = [outcome for outcome in outcomes if outcome is MoveNotAllowed]
    status = see(sent.reference, by=people.adviser).status
    assert (len(refused), status in {"accepted", "withdrawn"}) == (1, True)
    assert (status == "accepted") == bool(_bundles(people.adviser))
    assert found_faults() == []


def test_two_services_take_the_case_at_once_and_everybody_can_go_on(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    rowan = given.an_onward_referral(taken, people.adviser, "rowan")
    linden = given.an_onward_referral(taken, people.adviser, "linden")

    at_once(
        lambda: actions.accept(rowan.reference, by=people.caseworker),
        lambda: actions.accept(linden.reference, by=people.other_caseworker),
        lambda: actions.amend(
            taken.reference, "contact", {"phone": "07700 900999"}, by=people.adviser
        ),
    )

    opened = [
        open_case(reference, by=by).document("contact")
        for reference, by in [
            (taken.reference, people.adviser),
            (rowan.reference, people.caseworker),
            (linden.reference, people.other_caseworker),
        ]
    ]
    assert opened == [{"phone": "07700 900999"}] * 3
    assert as_owner("SELECT epoch FROM referrals_case WHERE id = %s", taken.case_id) == [(4,)]
    assert found_faults() == []


@pytest.mark.parametrize("attempt", range(2))
def test_approving_while_it_is_taken_keeps_it_open(own_database, people, attempt):
    agreed = given.consent(
        answer="not_asked_unsafe",
        method="",
        wording_version="",
        basis="vital_interests",
        condition="vital_interests",
        ground="life_at_risk",
        safe_to_tell="not_safe",
        reason="He has said he will kill her tonight.",
    )
    sent = given.a_sent_referral(people.officer, agreed=agreed)

    at_once(
        lambda: actions.accept(sent.reference, by=people.adviser),
        lambda: actions.approve_override(sent.reference, by=people.supervisor),
    )

    until = (
        "SELECT expires_at > now() + interval '27 days' FROM referrals_grant WHERE agency_id = %s"
    )
    assert as_owner(until, people.adviser.agency_id) == [(True,)]


def test_amending_at_once_keeps_both_versions(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    numbers = [f"07700 90000{number}" for number in range(4)]

    at_once(
        *[
            lambda phone=phone: actions.amend(
                taken.reference, "contact", {"phone": phone}, by=people.adviser
            )
            for phone in numbers
        ]
    )

    versions = as_owner(
        "SELECT version FROM referrals_sealedrecord WHERE case_id = %s AND compartment = 'contact'"
        " AND kind = 'document' ORDER BY version",
        taken.case_id,
    )
    assert [version for (version,) in versions] == [1, 2, 3, 4, 5]
    assert open_case(taken.reference, by=people.adviser).document("contact")["phone"] in numbers


def test_closing_while_another_takes_leaves_the_closer_out(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    rowan = given.an_onward_referral(taken, people.adviser, "rowan")
    linden = given.an_onward_referral(taken, people.adviser, "linden")
    actions.accept(rowan.reference, by=people.caseworker)

    at_once(
        lambda: actions.close(rowan.reference, by=people.caseworker, reason="planned"),
        lambda: actions.accept(linden.reference, by=people.other_caseworker),
    )
    actions.amend(taken.reference, "needs", {"wanted": "later"}, by=people.adviser)

    assert open_case(rowan.reference, by=people.caseworker).document("needs") != {"wanted": "later"}
    assert open_case(linden.reference, by=people.other_caseworker).document("needs") == {
        "wanted": "later"
    }
    assert found_faults() == []


def test_two_sweeps_at_once_delete_each_draft_once(own_database, people):
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)
    later = datetime.now(UTC) + timedelta(hours=25)
    actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)

    with databases.signed_in_as(databases.WORKER):
        outcomes = at_once(lambda: sweeping.sweep(later), lambda: sweeping.sweep(later))

    assert sum(outcomes) == 2
    assert see(draft.reference, by=people.officer).status == "expired"
    assert found_faults() == []


def _unless_theirs(referral, officer):
    """Taking back what has been taken is not the officer's any more: for this test, too late."""
    try:
        return actions.withdraw(referral.reference, by=officer, reason="sent_in_error")
    except PermissionDenied as error:
        raise MoveNotAllowed from error


def _bundles(member):
    return as_owner("SELECT id FROM referrals_bundle WHERE agency_id = %s", member.agency_id)
