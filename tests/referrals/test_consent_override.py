"""Sharing without her agreement: on a ground, in words, for a time, and by two people."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.models import Agency
from directory.models import Service
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.errors import AccessEnded, ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.keeping import keys_of
from referrals.models import ConsentEntry, Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults, told
from tests.referrals.test_consent_expiry import run_out, sweep

WORDS = "Her son told the school nurse what he had seen."
PARTS = ["identity", "needs"]
SOON = timedelta(hours=1)


def now():
    return datetime.now(UTC)


def safeguarding(**changes):
    """Not an emergency: a child is at risk, and she did not agree."""
    given_ = {
        "answer": "refused",
        "method": "",
        "wording_version": "",
        "basis": "recognised_interest",
        "condition": "safeguarding",
        "ground": "child_at_risk",
        "safe_to_tell": "safe",
        "reason": WORDS,
        "expires_at": now() + timedelta(days=7),
        "compartments": PARTS,
    }
    return given.consent(**{**given_, **changes})


def emergency(**changes):
    return safeguarding(
        answer="not_asked_unsafe",
        basis="vital_interests",
        condition="vital_interests",
        ground="life_at_risk",
        safe_to_tell="not_safe",
        expires_at=None,
        **changes,
    )


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


@pytest.fixture
def to_rowan(house):
    return Agency.objects.get(code="rowan")


def onward(member, parts=PARTS, code="rowan"):
    with unit_of_work(member.context):
        service = Service.objects.get(agency__code=code)
    agreed = given.consent(compartments=parts)
    return Onward(service=service.pk, needs=["counselling"], consent=agreed)


def lines(referral):
    said = "SELECT ground, approved_by_id, withdraws_id FROM referrals_consententry"
    return as_owner(f"{said} WHERE case_id = %s ORDER BY taken_at, id", referral.case_id)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"reason": ""}, NotWellFormed, "consent.reason"),
        ({"reason": "Because"}, NotWellFormed, "consent.reason"),
        ({"expires_at": None}, NotWellFormed, "consent.expires_at"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, NotWellFormed, "consent.expires_at"),
        ({"expires_at": datetime(2099, 1, 1, tzinfo=UTC)}, NotWellFormed, "consent.expires_at"),
        ({"basis": "consent"}, NotWellFormed, "consent.basis"),
        ({"basis": "because"}, NotWellFormed, "consent.basis"),
        ({"condition": "explicit_consent"}, NotWellFormed, "consent.condition"),
        ({"condition": "because"}, NotWellFormed, "consent.condition"),
        ({"ground": ""}, ConsentMissing, None),
        ({"ground": "because"}, NotWellFormed, "consent.ground"),
        ({"ground": "life_at_risk"}, NotWellFormed, "consent.ground"),
        ({"safe_to_tell": ""}, NotWellFormed, "consent.safe_to_tell"),
        ({"compartments": []}, NotWellFormed, "consent.compartments"),
        ({"answer": "given", "method": "phone"}, NotWellFormed, None),
    ],
)
def test_asking_refuses_what_is_not_said(house, taken, to_rowan, changes, refusal, field):
    """C07."""
    before = lines(taken)

    with pytest.raises(refusal) as refused:
        actions.ask_to_share(taken.reference, to_rowan, safeguarding(**changes), by=house.adviser)

    if field:
        assert refused.value.field == field
    assert lines(taken) == before
    assert actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)


def test_nothing_is_shared_before_a_second_person(house, taken, to_rowan):
    """C07: without a second approver."""
    agreed = safeguarding()
    with pytest.raises(NotWellFormed, match="second person first"):
        actions.refer_on(taken.reference, replaced(onward(house.adviser), agreed), by=house.adviser)
    with pytest.raises(ConsentMissing):
        actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)

    actions.ask_to_share(taken.reference, to_rowan, agreed, by=house.adviser)

    with pytest.raises(ConsentMissing):
        actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)
    assert told(house.caseworker) == []
    with unit_of_work(house.caseworker.context):
        assert not ConsentEntry.objects.filter(case=taken.case_id).exists()
    actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)
    child = actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)
    actions.accept(child.reference, by=house.caseworker)
    opened = open_case(child.reference, by=house.caseworker).records
    assert {record.compartment for record in opened} == set(PARTS)
    assert found_faults() == []


def replaced(given_, agreed):
    return Onward(service=given_.service, needs=given_.needs, consent=agreed)


def test_who_asked_does_not_approve_and_others_neither(house, taken, to_rowan):
    """C07: requester = approver."""
    actions.assign(taken.reference, house.duty_manager, by=house.duty_manager, reason="caseload")
    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.duty_manager)

    for decide in (actions.approve_sharing, actions.turn_down_sharing):
        for by in (house.duty_manager, house.adviser, house.second_adviser):
            with pytest.raises(PermissionDenied):
                decide(taken.reference, to_rowan, by=by)
        with pytest.raises((MoveNotAllowed, PermissionDenied)):
            decide(taken.reference, to_rowan, by=house.supervisor)
        with pytest.raises(Referral.DoesNotExist):
            decide(taken.reference, to_rowan, by=house.team_lead)

    with pytest.raises(ConsentMissing):
        actions.share_approved(taken.reference, onward(house.adviser), by=house.duty_manager)


def test_authorisers_are_told_and_who_asked_hears_the_answer(house, taken, to_rowan):
    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)
    assert told(house.duty_manager)[-1] == ("consent.approve", taken.reference)

    actions.turn_down_sharing(taken.reference, to_rowan, by=house.duty_manager)

    assert told(house.adviser)[-1] == ("consent.turned_down", taken.reference)
    with pytest.raises(MoveNotAllowed):
        actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)
    with pytest.raises(ConsentMissing):
        actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)
    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)
    assert actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager).approved_by
    assert told(house.adviser)[-1] == ("consent.approved", taken.reference)


def test_asking_changes_nothing_of_what_she_agreed_to(house, taken, to_rowan):
    child = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["needs"])
    actions.accept(child.reference, by=house.caseworker)

    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)
    actions.turn_down_sharing(taken.reference, to_rowan, by=house.duty_manager)

    assert open_case(child.reference, by=house.caseworker).document("needs")
    assert actions.withdraw_consent(child.reference, by=house.adviser)


def test_more_than_was_approved_is_not_shared(house, taken, to_rowan):
    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)
    actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)

    for parts in ([*PARTS, "risk"], ["incident"]):
        with pytest.raises(NotWellFormed, match="More than was approved"):
            actions.share_approved(taken.reference, onward(house.adviser, parts), by=house.adviser)

    assert actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)


def test_words_of_the_request_are_sealed_with_the_agencys_own(house, taken, to_rowan):
    actions.ask_to_share(taken.reference, to_rowan, safeguarding(), by=house.adviser)

    records = open_case(taken.reference, by=house.duty_manager).records
    assert [r.document["text"] for r in records if r.code == "override_reason"] == [WORDS]
    stored = as_owner("SELECT envelope FROM referrals_sealedrecord WHERE code = 'override_reason'")
    assert all(WORDS.encode() not in bytes(envelope) for (envelope,) in stored)
    actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)
    child = actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)
    actions.accept(child.reference, by=house.caseworker)
    theirs = open_case(child.reference, by=house.caseworker).records
    assert [r for r in theirs if r.code == "override_reason"] == []


def test_what_was_approved_ends_at_its_instant(house, taken, to_rowan):
    """C07: expires at the exact instant."""
    ends_at = now() + timedelta(days=7)
    agreed = safeguarding(expires_at=ends_at)
    actions.ask_to_share(taken.reference, to_rowan, agreed, by=house.adviser)
    actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)
    child = actions.share_approved(taken.reference, onward(house.adviser), by=house.adviser)
    actions.accept(child.reference, by=house.caseworker)

    with time_machine.travel(ends_at - timedelta(microseconds=1), tick=False):
        assert open_case(child.reference, by=house.caseworker).document("identity")
    with time_machine.travel(ends_at, tick=False), pytest.raises(AccessEnded):
        open_case(child.reference, by=house.caseworker)
    with pytest.raises(NotWellFormed, match="only end earlier"):
        actions.end_consent_at(child.reference, ends_at + SOON, by=house.adviser)
    actions.end_consent_at(child.reference, ends_at - SOON, by=house.adviser)
    with time_machine.travel(ends_at - SOON, tick=False), pytest.raises(AccessEnded):
        open_case(child.reference, by=house.caseworker)


def test_a_request_can_be_approved_until_its_end_and_not_at_it(house, taken, to_rowan):
    ends_at = now() + SOON
    agreed = safeguarding(expires_at=ends_at)
    actions.ask_to_share(taken.reference, to_rowan, agreed, by=house.adviser)

    with time_machine.travel(ends_at, tick=False), pytest.raises(MoveNotAllowed):
        actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)

    with time_machine.travel(ends_at - timedelta(microseconds=1), tick=False):
        assert actions.approve_sharing(taken.reference, to_rowan, by=house.duty_manager)


def test_emergency_nobody_stood_behind_closes_after_twelve_hours_and_loses_its_keys(house):
    sent = given.a_sent_referral(house.officer, agreed=emergency(compartments=["needs", "contact"]))
    actions.accept(sent.reference, by=house.adviser)
    (closes,) = as_owner(
        "SELECT expires_at FROM referrals_grant WHERE case_id = %s AND agency_id = %s",
        sent.case_id,
        house.adviser.agency_id,
    )[0]
    assert timedelta(hours=11, minutes=59) < closes - now() <= timedelta(hours=12)

    with time_machine.travel(closes - timedelta(microseconds=1), tick=False):
        assert open_case(sent.reference, by=house.adviser).document("needs")
    with time_machine.travel(closes, tick=False), pytest.raises(AccessEnded):
        open_case(sent.reference, by=house.adviser)
    run_out(sent, house.adviser)
    sweep()
    held = "SELECT count(*) FROM referrals_bundle WHERE case_id = %s AND agency_id = %s"
    assert as_owner(held, sent.case_id, house.adviser.agency_id) == [(0,)]
    assert open_case(sent.reference, by=house.officer).document("needs")
    assert found_faults() == []


def test_agreement_after_an_emergency_keeps_it_open_for_what_she_agreed_to(house):
    sent = given.a_sent_referral(
        house.officer, agreed=emergency(compartments=["needs", "contact", "risk"])
    )
    actions.accept(sent.reference, by=house.adviser)
    with pytest.raises(ConsentMissing):
        actions.record_agreement(
            sent.reference, given.consent(answer="refused", ground=""), by=house.adviser
        )

    agreed = given.consent(compartments=["needs", "contact"])
    actions.record_agreement(sent.reference, agreed, by=house.adviser)

    opened = {record.compartment for record in open_case(sent.reference, by=house.adviser).records}
    assert opened == {"needs", "contact"}
    later = now() + timedelta(days=200)
    with unit_of_work(house.adviser.context):
        assert keys_of(sent.case_id, house.adviser.agency_id, at=later)
    with pytest.raises((MoveNotAllowed, PermissionDenied)):
        actions.approve_override(sent.reference, by=house.supervisor)
    assert found_faults() == []


def test_half_of_an_emergency_is_not_kept_open_by_another_agency(house):
    sent = given.a_sent_referral(house.officer, agreed=emergency())
    actions.accept(sent.reference, by=house.adviser)

    with pytest.raises(MoveNotAllowed, match="yet to stand behind"):
        actions.narrow_consent(sent.reference, ["needs"], by=house.adviser)

    actions.approve_override(sent.reference, by=house.supervisor)
    assert actions.narrow_consent(sent.reference, ["needs"], by=house.adviser)
