"""What she takes back opens nothing that is still stored: old keys are tried on every record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals import actions
from referrals.errors import AccessEnded, ConsentMissing, NotWellFormed
from referrals.keeping import keys_of
from referrals.models import Grant, Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults, told
from tests.referrals.sealed_with import LATER, bundles_of, opened_by, records_of, write_everything

PARTS = ["identity", "contact", "needs", "risk"]


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@pytest.fixture
def rowan(house, taken):
    """The case with a service as well, which has identity, contact, needs and risk."""
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=PARTS)
    return actions.accept(onward.reference, by=house.caseworker)


@pytest.fixture
def linden(house, taken):
    """And with another one, which has less."""
    onward = given.an_onward_referral(taken, house.adviser, "linden", compartments=["needs"])
    return actions.accept(onward.reference, by=house.other_caseworker)


def own_notes(member):
    return f"notes:{member.agency_id}"


def everything_by(referral, member):
    case = open_case(referral.reference, by=member)
    return {record.compartment for record in case.records}


def grants_of(member, referral):
    with unit_of_work(member.context):
        found = Grant.objects.filter(case=referral.case_id, agency=member.agency_id)
        return list(found.order_by("granted_at", "first_epoch"))


def test_old_keys_open_nothing_that_is_stored_after_withdrawal(house, taken, rowan, linden):
    write_everything(taken, house.adviser)
    actions.add_note(rowan.reference, by=house.caseworker, text="Theirs")
    before = bundles_of(taken)
    control = opened_by(before[house.caseworker.agency_id], records_of(taken), taken)

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    assert control == {*PARTS, own_notes(house.caseworker)}
    theirs = before[house.caseworker.agency_id]
    assert opened_by(theirs, records_of(taken), taken) == {own_notes(house.caseworker)}
    assert house.caseworker.agency_id not in bundles_of(taken)
    assert found_faults() == []


def test_everybody_else_goes_on_reading_what_they_had(house, taken, rowan, linden):
    who = [(taken, house.officer), (taken, house.adviser), (linden, house.other_caseworker)]
    before = [open_case(referral.reference, by=member).records for referral, member in who]

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    after = [open_case(referral.reference, by=member).records for referral, member in who]
    assert after == before
    later = write_everything(taken, house.adviser)
    keys = bundles_of(taken)
    assert opened_by(keys[house.other_caseworker.agency_id], later, taken) == {"needs"}
    assert opened_by(keys[house.officer.agency_id], later, taken) == set()


def test_whoever_stays_has_one_bundle_and_the_police_still_the_epoch_they_had(house, taken, rowan):
    write_everything(taken, house.adviser)

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    held = "SELECT agency_id, epoch FROM referrals_bundle WHERE case_id = %s ORDER BY epoch"
    epoch = as_owner("SELECT epoch FROM referrals_case WHERE id = %s", taken.case_id)[0][0]
    expected = [(house.officer.agency_id, 1), (house.adviser.agency_id, epoch)]
    assert as_owner(held, taken.case_id) == expected
    assert open_case(taken.reference, by=house.officer).document("risk") == given.DOCUMENTS["risk"]


def test_narrowing_removes_exactly_those_keys(house, taken, rowan, linden):
    """C09."""
    before = bundles_of(taken)[house.caseworker.agency_id]
    assert everything_by(rowan, house.caseworker) == set(PARTS)

    entry = actions.narrow_consent(rowan.reference, ["risk", "contact"], by=house.adviser)

    assert entry.compartments == ["identity", "needs"]
    assert everything_by(rowan, house.caseworker) == {"identity", "needs"}
    assert opened_by(before, records_of(taken), taken) == {"identity", "needs"}
    later = write_everything(taken, house.adviser)
    theirs = bundles_of(taken)[house.caseworker.agency_id]
    assert opened_by(theirs, later, taken) == {"identity", "needs"}
    assert {part for (part, _), _ in theirs} == {"identity", "needs", own_notes(house.caseworker)}
    assert everything_by(linden, house.other_caseworker) == {"needs"}
    assert set(LATER) <= everything_by(taken, house.adviser)
    assert found_faults() == []


def test_narrowing_leaves_the_grant_and_tells_in_one_neutral_word(house, taken, rowan):
    (before,) = grants_of(house.caseworker, rowan)

    actions.narrow_consent(rowan.reference, ["risk"], by=house.adviser)

    (after,) = grants_of(house.caseworker, rowan)
    assert (after.pk, after.reference, after.revoked_at) == (before.pk, before.reference, None)
    assert told(house.caseworker)[-1] == ("consent.changed", rowan.reference)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "Say which parts"),
        (["incident"], "not shared"),
        (["secrets"], "not shared"),
        (PARTS, "withdraw it instead"),
    ],
)
def test_narrowing_refuses_none_all_and_what_is_not_shared(house, taken, rowan, parts, sentence):
    before = bundles_of(taken)

    with pytest.raises(NotWellFormed, match=sentence):
        actions.narrow_consent(rowan.reference, parts, by=house.adviser)

    assert bundles_of(taken) == before
    assert actions.narrow_consent(rowan.reference, PARTS[:1], by=house.adviser)


def test_narrowing_what_waits_for_an_answer_gives_no_key_to_it_later(house, taken):
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=PARTS)

    actions.narrow_consent(onward.reference, ["risk"], by=house.adviser)

    actions.accept(onward.reference, by=house.caseworker)
    assert everything_by(onward, house.caseworker) == {*PARTS} - {"risk"}


def test_lead_can_be_narrowed_and_can_then_not_write_that_part(house, taken):
    actions.amend(taken.reference, "risk", LATER["risk"], by=house.adviser)

    actions.narrow_consent(taken.reference, ["risk"], by=house.adviser)

    assert "risk" not in everything_by(taken, house.adviser)
    with pytest.raises(PermissionDenied):
        actions.amend(taken.reference, "risk", LATER["risk"], by=house.adviser)
    assert actions.amend(taken.reference, "needs", LATER["needs"], by=house.adviser)
    assert open_case(taken.reference, by=house.officer).document("risk") == given.DOCUMENTS["risk"]


def test_lead_may_write_again_what_she_lets_it_and_sees_only_that(house, taken, rowan):
    actions.narrow_consent(taken.reference, ["risk"], by=house.adviser)

    actions.record_agreement(taken.reference, given.consent(), by=house.adviser)

    assert "risk" not in everything_by(taken, house.adviser)
    actions.amend(taken.reference, "risk", LATER["risk"], by=house.adviser)
    assert open_case(taken.reference, by=house.adviser).document("risk") == LATER["risk"]
    with pytest.raises(NotWellFormed, match="Refer again"):
        actions.record_agreement(rowan.reference, given.consent(), by=house.adviser)
    assert found_faults() == []


def test_search_tags_go_with_the_part(house, taken, rowan):
    tags = "SELECT purpose FROM referrals_searchtag WHERE case_id = %s AND agency_id = %s"
    held = (taken.case_id, house.adviser.agency_id)
    assert ("phone",) in as_owner(tags, *held)

    actions.narrow_consent(taken.reference, ["contact"], by=house.adviser)

    assert ("phone",) not in as_owner(tags, *held)
    assert ("name_dob",) in as_owner(tags, *held)
    actions.withdraw_consent(taken.reference, by=house.adviser)
    assert as_owner(tags, *held) == []


def test_what_the_lead_alone_could_open_is_emptied_when_it_leaves(house, taken, rowan):
    actions.amend(taken.reference, "address", LATER["address"], by=house.adviser)
    before = bundles_of(taken)[house.adviser.agency_id]
    assert "address" in opened_by(before, records_of(taken), taken)

    actions.withdraw_consent(taken.reference, by=house.adviser)

    assert opened_by(before, records_of(taken), taken) <= {own_notes(house.adviser)}
    assert open_case(taken.reference, by=house.officer).document("address")
    assert open_case(rowan.reference, by=house.caseworker).document("identity")


def test_agreeing_again_makes_another_grant_in_another_epoch_and_keeps_the_history(
    house, taken, rowan
):
    """C06."""
    actions.withdraw_consent(rowan.reference, by=house.adviser)
    with pytest.raises(AccessEnded):
        open_case(rowan.reference, by=house.caseworker)

    again = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["needs"])
    actions.accept(again.reference, by=house.caseworker)

    first, second = grants_of(house.caseworker, rowan)
    assert first.revoked_at is not None
    assert second.revoked_at is None
    assert second.first_epoch > first.first_epoch
    assert (first.pk, first.reference) != (second.pk, second.reference)
    assert everything_by(again, house.caseworker) == {"needs"}
    said = as_owner(
        "SELECT answer, withdraws_id IS NOT NULL FROM referrals_consententry"
        " WHERE case_id = %s AND recipient_id = %s ORDER BY taken_at, id",
        taken.case_id,
        house.caseworker.agency_id,
    )
    assert said == [("given", False), ("refused", True), ("given", False)]
    assert found_faults() == []


def test_a_bundle_that_was_tampered_with_keeps_nobody_in(house, taken, rowan, linden):
    as_owner(
        "UPDATE referrals_bundle SET signature = '' WHERE case_id = %s AND agency_id = %s",
        taken.case_id,
        house.other_caseworker.agency_id,
    )

    actions.withdraw_consent(rowan.reference, by=house.adviser)

    with pytest.raises(AccessEnded), unit_of_work(house.caseworker.context):
        keys_of(taken.case_id, house.caseworker.agency_id)
    assert open_case(taken.reference, by=house.adviser).document("identity")


ACTS = {
    "withdraw": lambda reference, by: actions.withdraw_consent(reference, by=by),
    "narrow": lambda reference, by: actions.narrow_consent(reference, ["risk"], by=by),
    "agree": lambda reference, by: actions.record_agreement(
        reference, given.consent(compartments=["needs"]), by=by
    ),
    "end": lambda reference, by: actions.end_consent_at(
        reference, datetime.now(UTC) + timedelta(days=1), by=by
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_those_who_work_on_the_case_say_what_she_said(house, taken, rowan, act):
    lines = "SELECT count(*) FROM referrals_consententry WHERE case_id = %s"
    before = as_owner(lines, taken.case_id)

    with pytest.raises(Referral.DoesNotExist):
        ACTS[act](rowan.reference, house.wirral_adviser)
    for colleague in (house.second_adviser, house.administrator):
        with pytest.raises((PermissionDenied, Referral.DoesNotExist)):
            ACTS[act](rowan.reference, colleague)
    with pytest.raises(PermissionDenied):
        ACTS[act](taken.reference, house.officer)

    assert as_owner(lines, taken.case_id) == before
    assert ACTS[act](rowan.reference, house.caseworker)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_said_anew_about_what_has_ended(house, taken, rowan, act):
    actions.withdraw_consent(rowan.reference, by=house.adviser)

    with pytest.raises(ConsentMissing):
        ACTS[act](rowan.reference, house.adviser)

    with pytest.raises(AccessEnded):
        open_case(rowan.reference, by=house.caseworker)
