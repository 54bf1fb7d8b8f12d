"""Who can open what, when: every later write is tried against every key anybody ever had."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals import actions
from referrals.errors import AccessEnded
from referrals.keeping import keys_of
from referrals.reading import open_case
from referrals.ways import Way
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults
from tests.referrals.sealed_with import LATER, bundles_of, opened_by, records_of, write_everything
from vault.bundles import SealedBundle
from vault.envelope import FieldContext, open_field
from vault.errors import CannotOpen
from vault.keyd import get_keyd
from visits.actions import Attempt, record_attempt, refer_after_visit, take


def test_no_key_of_before_opens_what_is_written_after(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    rowan = given.an_onward_referral(taken, house.adviser, "rowan")
    linden = given.an_onward_referral(taken, house.adviser, "linden")
    actions.accept(rowan.reference, by=house.caseworker)
    actions.accept(linden.reference, by=house.other_caseworker)
    before = bundles_of(taken)

    actions.close(linden.reference, by=house.other_caseworker, reason="planned")
    actions.withdraw(rowan.reference, by=house.adviser, reason="no_longer_wanted")
    later = write_everything(taken, house.adviser)

    outside = (house.officer, house.caseworker, house.other_caseworker)
    assert [opened_by(before[who.agency_id], later, taken) for who in outside] == [set()] * 3
    inside = dict(bundles_of(taken))[house.adviser.agency_id]
    assert opened_by(inside, later, taken) == {*LATER, f"notes:{house.adviser.agency_id}"}
    assert opened_by(before[house.adviser.agency_id], later, taken) == set()
    assert found_faults() == []


def test_no_key_opens_a_part_it_was_not_given(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["needs"])
    actions.accept(onward.reference, by=house.caseworker)

    later = write_everything(taken, house.adviser)

    everything = records_of(taken)
    theirs = bundles_of(taken)[house.caseworker.agency_id]
    assert opened_by(theirs, everything, taken) == {"needs"}
    assert opened_by(theirs, later, taken) == {"needs"}


def test_take_gives_no_key_to_what_was_written_and_not_agreed(house):
    agreed = given.consent(compartments=["contact"])
    sent = given.a_sent_referral(house.officer, agreed=agreed)

    actions.accept(sent.reference, by=house.adviser)

    everything = records_of(sent)
    theirs = bundles_of(sent)[house.adviser.agency_id]
    assert opened_by(theirs, everything, sent) == {"contact"}
    case = open_case(sent.reference, by=house.adviser)
    assert {record.compartment for record in case.records} == {"contact"}


def test_lead_writes_a_part_it_was_never_shown_and_sees_its_own(house):
    sent = given.a_sent_referral(house.officer, agreed=given.consent(compartments=["contact"]))
    actions.accept(sent.reference, by=house.adviser)

    actions.amend(sent.reference, "risk", LATER["risk"], by=house.adviser)

    assert open_case(sent.reference, by=house.adviser).document("risk") == LATER["risk"]
    assert open_case(sent.reference, by=house.officer).document("risk") == given.DOCUMENTS["risk"]


def test_taken_again_after_it_ended_opens_with_the_new_agreement(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    first = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(first.reference, by=house.caseworker)
    before = bundles_of(taken)[house.caseworker.agency_id]
    actions.withdraw(first.reference, by=house.adviser, reason="consent_withdrawn")
    write_everything(taken, house.adviser)

    second = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["contact"])
    actions.accept(second.reference, by=house.caseworker)
    later = write_everything(taken, house.adviser)

    case = open_case(second.reference, by=house.caseworker)
    assert (case.document("contact"), case.document("identity")) == (LATER["contact"], {})
    assert opened_by(before, later, taken) == set()
    assert found_faults() == []


def test_closed_and_referred_again_for_less_gets_less(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    first = given.an_onward_referral(
        taken, house.adviser, "rowan", compartments=["identity", "risk"]
    )
    actions.accept(first.reference, by=house.caseworker)
    actions.close(first.reference, by=house.caseworker, reason="planned")

    second = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["contact"])
    actions.accept(second.reference, by=house.caseworker)
    later = write_everything(taken, house.adviser)

    theirs = bundles_of(taken)[house.caseworker.agency_id]
    assert opened_by(theirs, later, taken) == {"contact"}
    assert (
        open_case(second.reference, by=house.caseworker).document("risk") == given.DOCUMENTS["risk"]
    )


def test_service_that_refers_on_keeps_reading_and_passes_only_what_it_has(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    rowan = given.an_onward_referral(
        taken, house.adviser, "rowan", compartments=["identity", "needs"]
    )
    actions.accept(rowan.reference, by=house.caseworker)

    parts = ["identity", "incident"]
    linden = given.an_onward_referral(rowan, house.caseworker, "linden", compartments=parts)
    actions.accept(linden.reference, by=house.other_caseworker)
    later = write_everything(taken, house.adviser)

    keys = bundles_of(taken)
    assert opened_by(keys[house.caseworker.agency_id], later, taken) == {"identity", "needs"}
    assert opened_by(keys[house.other_caseworker.agency_id], later, taken) == {"identity"}
    assert found_faults() == []


def test_withdrawing_one_of_two_referrals_leaves_the_other(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    rowan = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(rowan.reference, by=house.caseworker)
    direct = given.an_onward_referral(taken, house.adviser, "linden")
    further = given.an_onward_referral(rowan, house.caseworker, "linden")
    actions.accept(direct.reference, by=house.other_caseworker)
    actions.accept(further.reference, by=house.other_caseworker)

    actions.withdraw(further.reference, by=house.caseworker, reason="duplicate")

    assert open_case(direct.reference, by=house.other_caseworker).document("identity")
    actions.withdraw(direct.reference, by=house.adviser, reason="no_longer_wanted")
    with pytest.raises(PermissionDenied):
        open_case(direct.reference, by=house.other_caseworker)
    with pytest.raises(AccessEnded), unit_of_work(house.other_caseworker.context):
        keys_of(taken.case_id, house.other_caseworker.agency_id)
    assert found_faults() == []


def test_withdrawing_by_who_has_closed_is_refused(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    rowan = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(rowan.reference, by=house.caseworker)
    linden = given.an_onward_referral(rowan, house.caseworker, "linden")
    actions.accept(linden.reference, by=house.other_caseworker)
    actions.close(rowan.reference, by=house.caseworker, reason="planned")

    with pytest.raises(AccessEnded):
        actions.withdraw(linden.reference, by=house.caseworker, reason="duplicate")

    assert open_case(linden.reference, by=house.other_caseworker).document("identity")
    assert found_faults() == []


def test_what_the_police_give_later_opens_for_the_desk_and_for_nobody_else(house):
    sent = refer_after_visit(
        given.details(),
        given.consent(),
        by=house.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    taken = take(sent.reference, by=house.adviser)
    onward = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(onward.reference, by=house.caseworker)
    wrong = Attempt(channel="phone_call", outcome="wrong_number", at=datetime.now(UTC))
    record_attempt(taken.reference, replace(wrong, outside_reason="she_asked"), by=house.adviser)
    way = Way(
        channel="text", allowed=True, windows=given.ANY_TIME, document={"phone": "07700 900777"}
    )

    actions.give_contact(taken.reference, way, by=house.officer)

    given_ = as_owner(GIVEN, taken.case_id)[0]
    keys = bundles_of(taken)
    assert all(not _opens(keys[agency], given_, taken) for agency in keys)
    for outsider in (house.officer, house.caseworker):
        with pytest.raises(CannotOpen):
            _unsealed(given_, outsider.agency_id, taken)
    opened = _unsealed(given_, house.adviser.agency_id, taken)
    assert _opens(list(opened.items()), given_, taken)
    assert set(opened).isdisjoint({key for agency in keys.values() for key, _ in agency})


GIVEN = """
SELECT id, channel, epoch, envelope, sealed, key_version, signature
FROM referrals_givencontact WHERE case_id = %s
"""


def _opens(keys, given_, referral):
    id_, channel, epoch, envelope, *_ = given_
    field = f"way:{channel}"
    context = FieldContext(str(referral.case_id), "given:contact", field, str(id_), 1, epoch)
    for _, key in keys:
        try:
            open_field(key, bytes(envelope), context)
        except CannotOpen:
            continue
        return True
    return False


def _unsealed(given_, agency_id, referral):
    _, _, epoch, _, sealed, version, signature = given_
    erasure_key = as_owner(
        "SELECT key FROM referrals_erasurekey WHERE case_id = %s", referral.case_id
    )
    bundle = SealedBundle(epoch, bytes(sealed), version, bytes(signature))
    return get_keyd().open_bundles(referral.case_id, agency_id, [bundle], bytes(erasure_key[0][0]))
