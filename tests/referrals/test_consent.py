"""Nothing passes without a line of the ledger that allows it, and lines are only added."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from audit.models import AuditEntry
from directory.models import Service
from referrals import actions
from referrals import consent as ledger
from referrals.actions.referring_on import Onward
from referrals.errors import (
    AccessEnded,
    AgreementMissing,
    ConsentMissing,
    MoveNotAllowed,
    NotWellFormed,
)
from referrals.keeping import keys_of
from referrals.models import Case, ConsentEntry, Referral
from referrals.models.consent import Purpose
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults, timeline, told

WORDS = "He has said he will kill her tonight."
EMERGENCY = {
    "answer": "not_asked_unsafe",
    "method": "",
    "wording_version": "",
    "basis": "vital_interests",
    "condition": "vital_interests",
    "ground": "life_at_risk",
    "safe_to_tell": "not_safe",
    "reason": WORDS,
}
SOON = timedelta(hours=1)


def now():
    return datetime.now(UTC)


def emergency(**changes):
    return given.consent(**{**EMERGENCY, **changes})


def entries(member, referral):
    with unit_of_work(member.context):
        return list(ConsentEntry.objects.filter(case=referral.case_id).order_by("taken_at", "id"))


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"answer": "refused"}, ConsentMissing, None),
        ({"answer": "unable"}, ConsentMissing, None),
        ({"answer": "not_asked_unsafe"}, ConsentMissing, None),
        ({"answer": "GIVEN"}, NotWellFormed, "consent.answer"),
        ({"answer": ""}, NotWellFormed, "consent.answer"),
        ({"method": ""}, NotWellFormed, "consent.method"),
        ({"method": "by her sister"}, NotWellFormed, "consent.method"),
        ({"wording_version": ""}, NotWellFormed, "consent.wording_version"),
        ({"wording_version": "she said yes"}, NotWellFormed, "consent.wording_version"),
        ({"ground": "life_at_risk"}, NotWellFormed, "consent.ground"),
        ({"compartments": []}, NotWellFormed, "consent.compartments"),
        ({"compartments": ["identity", "secrets"]}, NotWellFormed, "consent.compartments"),
        ({"capacity": "fine"}, NotWellFormed, "consent.capacity"),
        ({"basis": "because"}, NotWellFormed, "consent.basis"),
        ({"condition": "because"}, NotWellFormed, "consent.condition"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, NotWellFormed, "consent.expires_at"),
        ({**EMERGENCY, "reason": "Danger"}, NotWellFormed, "consent.reason"),
        ({**EMERGENCY, "basis": "consent"}, NotWellFormed, "consent.basis"),
        ({**EMERGENCY, "condition": "explicit_consent"}, NotWellFormed, "consent.condition"),
        ({**EMERGENCY, "safe_to_tell": ""}, NotWellFormed, "consent.safe_to_tell"),
        ({**EMERGENCY, "ground": "child_at_risk"}, NotWellFormed, "consent.ground"),
        ({**EMERGENCY, "ground": "I think so"}, NotWellFormed, "consent.ground"),
        (
            {**EMERGENCY, "expires_at": datetime(2099, 1, 1, tzinfo=UTC)},
            NotWellFormed,
            "consent.expires_at",
        ),
    ],
)
def test_refer_and_draft_refuse_what_is_no_agreement_and_keep_nothing(
    people, changes, refusal, field
):
    agreed = given.consent(**changes)

    for begin in (actions.refer, actions.start_draft):
        with pytest.raises(refusal) as refused:
            begin(given.details(), agreed, given.route(), by=people.officer)
        assert getattr(refused.value, "field", None) == field

    with unit_of_work(people.officer.context):
        assert not Case.objects.exists()
        assert not Referral.objects.exists()
        assert not ConsentEntry.objects.exists()
    assert told(people.adviser) == []


def test_refused_consent_is_on_record_as_a_refusal(people):
    with pytest.raises(ConsentMissing):
        given.a_sent_referral(people.officer, agreed=given.consent(answer="refused"))

    with unit_of_work(people.officer.context):
        entry = AuditEntry.objects.filter(action="referral.send").latest("seq")
    assert (entry.decision, entry.reason) == ("refused", "ConsentMissing")


def test_refer_needs_the_right_to(people):
    for begin in (actions.refer, actions.start_draft):
        with pytest.raises(PermissionDenied):
            begin(given.details(), given.consent(), given.route(), by=people.administrator)


def test_refer_to_oneself_is_refused(people):
    with pytest.raises(NotWellFormed) as refused:
        given.a_sent_referral(people.adviser)

    assert refused.value.field == "receiving_agency"


@pytest.mark.parametrize(("visited", "purpose"), [(True, "follow_up"), (False, "service")])
def test_ledger_says_what_it_is_for(people, visited, purpose):
    route = given.route(visit_ended_at=now() if visited else None)

    referral = actions.refer(given.details(), given.consent(), route, by=people.officer)

    assert [entry.purpose for entry in entries(people.officer, referral)] == [purpose]


def test_send_refuses_agreement_that_has_ended_since(house):
    draft = actions.start_draft(
        given.details(), given.consent(expires_at=now() + SOON), given.route(), by=house.officer
    )
    _backdate(draft, expires_at=now() - SOON)

    with pytest.raises(ConsentMissing):
        actions.send(draft.reference, by=house.officer)

    assert see(draft.reference, by=house.officer).status == "draft"
    _backdate(draft, expires_at=now() + SOON)
    assert actions.send(draft.reference, by=house.officer).status == "sent"


def test_accept_refuses_agreement_that_has_ended_since(house):
    sent = given.a_sent_referral(house.officer, agreed=given.consent(expires_at=now() + SOON))
    _backdate(sent, expires_at=now() - SOON)

    with pytest.raises(ConsentMissing):
        actions.accept(sent.reference, by=house.adviser)

    assert timeline(sent, house.officer) == ["send"]
    _backdate(sent, expires_at=now() + SOON)
    assert actions.accept(sent.reference, by=house.adviser).status == "accepted"


def test_accept_refuses_agreement_that_was_withdrawn_since(people):
    sent = given.a_sent_referral(people.officer)
    actions.withdraw_consent(sent.reference, by=people.officer)

    with pytest.raises(ConsentMissing):
        actions.accept(sent.reference, by=people.adviser)

    assert see(sent.reference, by=people.adviser).status == "sent"
    assert told(people.adviser)[-1] == ("consent.withdrawn", sent.reference)


def test_accept_opens_what_both_the_offer_and_the_newest_answer_name(people):
    sent = given.a_sent_referral(
        people.officer, agreed=given.consent(compartments=["contact", "needs", "risk"])
    )
    with unit_of_work(people.officer.context):
        narrower = given.consent(compartments=["contact", "identity"])
        ledger.enter_in_ledger(
            sent.case,
            sent.receiving_agency,
            narrower,
            purpose=Purpose.FOLLOW_UP,
            by=people.officer,
            at=now(),
        )

    actions.accept(sent.reference, by=people.adviser)

    records = open_case(sent.reference, by=people.adviser).records
    assert {record.compartment for record in records} == {"contact"}


def test_agreement_that_runs_out_closes_by_itself(house):
    sent = given.a_sent_referral(house.officer, agreed=given.consent(expires_at=now() + SOON))
    actions.accept(sent.reference, by=house.adviser)
    assert open_case(sent.reference, by=house.adviser).document("identity")

    _run_out(sent, house.adviser)

    with pytest.raises(AccessEnded):
        open_case(sent.reference, by=house.adviser)
    with unit_of_work(house.adviser.context):
        assert not Case.objects.filter(pk=sent.case_id).exists()
    assert found_faults() == []


@pytest.mark.parametrize("missing", ["merseyside-police", "liverpool-idva"])
def test_agreement_of_either_agency_is_needed_to_send_and_to_accept(own_database, people, missing):
    sent = given.a_sent_referral(people.officer)
    as_owner(
        "UPDATE accounts_sharingagreement SET ends_on = current_date - 2 WHERE agency_id ="
        " (SELECT id FROM accounts_agency WHERE code = %s)",
        missing,
    )

    with pytest.raises(AgreementMissing):
        given.a_sent_referral(people.officer)
    with pytest.raises(AgreementMissing):
        actions.accept(sent.reference, by=people.adviser)

    assert told(people.adviser) == [("referral.send", sent.reference)]
    assert see(sent.reference, by=people.adviser).status == "sent"


def test_agency_that_never_signed_gets_nothing(people):
    with pytest.raises(AgreementMissing, match="No Agreement Yet"):
        given.a_sent_referral(people.officer, to="unsigned")

    assert told(people.unsigned_worker) == []


def test_withdrawn_consent_ends_access_now_and_later(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)

    entry = actions.withdraw_consent(onward.reference, by=people.adviser)

    assert entry.withdraws_id is not None
    with pytest.raises(AccessEnded):
        open_case(onward.reference, by=people.caseworker)
    with pytest.raises(AccessEnded), unit_of_work(people.caseworker.context):
        keys_of(onward.case_id, people.caseworker.agency_id)
    assert told(people.caseworker)[-1] == ("consent.withdrawn", onward.reference)
    actions.amend(taken.reference, "needs", {"wanted": "x"}, by=people.adviser)
    assert open_case(taken.reference, by=people.adviser).document("needs") == {"wanted": "x"}
    third = given.an_onward_referral(taken, people.adviser, "linden")
    assert actions.accept(third.reference, by=people.other_caseworker).status == "accepted"
    with pytest.raises(ConsentMissing):
        actions.withdraw_consent(onward.reference, by=people.adviser)


def test_consent_withdrawn_from_the_lead_closes_the_case_to_it(house):
    taken = given.a_taken_referral(house.officer, house.adviser)
    onward = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(onward.reference, by=house.caseworker)

    actions.withdraw_consent(taken.reference, by=house.adviser)

    with pytest.raises(AccessEnded):
        open_case(taken.reference, by=house.adviser)
    assert open_case(onward.reference, by=house.caseworker).document("identity")
    actions.amend(onward.reference, "needs", {"wanted": "x"}, by=house.caseworker)
    assert found_faults() == []


def test_withdrawing_a_referral_because_she_did_ends_it_in_the_ledger(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    rowan = given.an_onward_referral(taken, people.adviser, "rowan")

    actions.withdraw(rowan.reference, by=people.adviser, reason="consent_withdrawn")

    answers = [entry.withdraws_id is not None for entry in entries(people.caseworker, rowan)]
    assert answers == [False, True]
    again = given.an_onward_referral(taken, people.adviser, "rowan")
    assert actions.accept(again.reference, by=people.caseworker).status == "accepted"


def test_emergency_opens_at_once_and_closes_unless_somebody_stands_behind_it(house):
    sent = given.a_sent_referral(house.officer, agreed=emergency())
    actions.accept(sent.reference, by=house.adviser)
    assert (
        open_case(sent.reference, by=house.adviser).document("incident")["override_reason"] == WORDS
    )

    _run_out(sent, house.adviser)

    with pytest.raises(AccessEnded):
        open_case(sent.reference, by=house.adviser)
    _backdate(sent, approve_by=now() - SOON)
    with pytest.raises(MoveNotAllowed):
        actions.approve_override(sent.reference, by=house.supervisor)


def test_approval_keeps_an_emergency_open(house):
    sent = given.a_sent_referral(house.officer, agreed=emergency())
    actions.accept(sent.reference, by=house.adviser)
    until = "SELECT expires_at FROM referrals_grant WHERE case_id = %s AND agency_id = %s"
    held = (sent.case_id, house.adviser.agency_id)
    before = as_owner(until, *held)[0][0]

    entry = actions.approve_override(sent.reference, by=house.supervisor)

    assert (entry.approved_by, entry.taken_by_id) == (house.supervisor, house.officer.pk)
    assert before < now() + timedelta(hours=12)
    assert as_owner(until, *held)[0][0] == entry.expires_at > now() + timedelta(days=27)
    with pytest.raises(MoveNotAllowed):
        actions.approve_override(sent.reference, by=house.supervisor)


def test_emergency_approved_before_it_is_taken_opens_until_its_end(people):
    sent = given.a_sent_referral(people.officer, agreed=emergency())
    entry = actions.approve_override(sent.reference, by=people.supervisor)

    actions.accept(sent.reference, by=people.adviser)

    assert open_case(sent.reference, by=people.adviser).document("identity")
    assert entry.expires_at > now() + timedelta(days=27)


def test_words_of_an_emergency_further_on_stay_with_the_agency_that_decided(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    with unit_of_work(people.adviser.context):
        service = Service.objects.get(agency__code="rowan")
    agreed = emergency(compartments=["identity", "contact"])
    onward = Onward(service=service.pk, needs=["counselling"], consent=agreed)

    child = actions.refer_on(taken.reference, onward, by=people.adviser)
    actions.accept(child.reference, by=people.caseworker)

    ours = open_case(taken.reference, by=people.adviser).records
    theirs = open_case(child.reference, by=people.caseworker).records
    assert [r.document for r in ours if r.code == "override_reason"] == [{"text": WORDS}]
    assert [r for r in theirs if r.kind == "note"] == []
    assert actions.approve_override(child.reference, by=people.duty_manager)


def test_words_given_beside_her_agreement_are_not_kept_as_an_override(people):
    sent = given.a_sent_referral(people.officer, agreed=given.consent(reason=WORDS))

    assert "override_reason" not in open_case(sent.reference, by=people.officer).document(
        "incident"
    )


def test_approval_is_a_second_persons_of_the_agency_that_shared(people):
    sent = given.a_sent_referral(people.officer, agreed=emergency())
    own = given.a_sent_referral(people.supervisor, agreed=emergency())

    for reference, by in [
        (sent.reference, people.officer),
        (own.reference, people.supervisor),
        (sent.reference, people.adviser),
        (sent.reference, people.duty_manager),
    ]:
        with pytest.raises(PermissionDenied):
            actions.approve_override(reference, by=by)

    assert [len(entries(people.officer, case)) for case in (sent, own)] == [1, 1]
    assert actions.approve_override(sent.reference, by=people.supervisor)


def test_approval_has_nothing_to_approve_where_she_agreed(people):
    sent = given.a_sent_referral(people.officer)

    with pytest.raises(MoveNotAllowed):
        actions.approve_override(sent.reference, by=people.supervisor)


@pytest.mark.parametrize("change", [{"answer": "given"}, {"expires_at": None}])
def test_ledger_lines_are_never_rewritten(house, change):
    sent = given.a_sent_referral(house.officer)
    column, value = next(iter(change.items()))

    with (
        unit_of_work(house.officer.context),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        ConsentEntry.objects.filter(case=sent.case_id).update(**change)
    with pytest.raises(DatabaseError, match="only added to"):
        as_owner(
            f"UPDATE referrals_consententry SET {column} = %s WHERE case_id = %s",  # noqa: S608
            value,
            sent.case_id,
        )


def test_timeline_is_never_rewritten(house):
    sent = given.a_sent_referral(house.officer)

    with pytest.raises(DatabaseError, match="only added to"):
        as_owner(
            "UPDATE referrals_referralevent SET move = 'close' WHERE referral_id = %s", sent.pk
        )

    assert timeline(sent, house.officer) == ["send"]


def _backdate(referral, **instants):
    """Rewrite a line of the ledger as only its owner could, having taken the trigger away."""
    column, at = next(iter(instants.items()))
    as_owner("ALTER TABLE referrals_consententry DISABLE TRIGGER USER")
    as_owner(
        f"UPDATE referrals_consententry SET {column} = %s WHERE case_id = %s",  # noqa: S608
        at,
        referral.case_id,
    )
    as_owner("ALTER TABLE referrals_consententry ENABLE TRIGGER USER")


def _run_out(referral, member):
    """Let a grant's time be over."""
    as_owner(
        "UPDATE referrals_grant SET expires_at = now() WHERE case_id = %s AND agency_id = %s",
        referral.case_id,
        member.agency_id,
    )


def test_withdrawing_an_emergency_adds_a_line_that_keeps_only_whom_and_what_for(people):
    sent = given.a_sent_referral(people.officer, agreed=given.consent(**EMERGENCY))
    at = now()
    with unit_of_work(people.officer.context):
        line = ledger.newest_line(sent.case_id, sent.receiving_agency_id)
        assert line.expires_at is not None
        assert line.approve_by is not None

        ledger.withdrawn(line, by=people.officer, at=at)

        added = ledger.newest_line(sent.case_id, sent.receiving_agency_id)
        assert ConsentEntry.objects.filter(case=sent.case_id).count() == 2
    emptied = ("method", "wording_version", "ground", "safe_to_tell")
    assert [getattr(added, name) for name in emptied] == [""] * 4
    ended = ("expires_at", "approve_by", "approved_by_id")
    assert [getattr(added, name) for name in ended] == [None] * 3
    kept = ("case_id", "recipient_id", "purpose", "compartments", "capacity", "basis", "condition")
    assert [getattr(added, name) for name in kept] == [getattr(line, name) for name in kept]
    assert (added.answer, added.withdraws_id, added.taken_at) == ("refused", line.pk, at)
    assert (added.taken_by_id, added.taken_by_agency_id) == (
        people.officer.pk,
        people.officer.agency_id,
    )


def test_permitted_is_the_newest_line_or_says_that_nothing_was_passed_on(people):
    sent = given.a_sent_referral(people.officer)
    where = (sent.case_id, sent.receiving_agency_id)
    with unit_of_work(people.officer.context):
        first = ledger.permitted(*where, at=now())
        assert ledger.newest_line(sent.case_id, people.caseworker.agency_id) is None
        ledger.withdrawn(first, by=people.officer, at=first.taken_at + timedelta(seconds=1))

        for recipient in (sent.receiving_agency_id, people.caseworker.agency_id):
            with pytest.raises(ConsentMissing) as refused:
                ledger.permitted(sent.case_id, recipient, at=now())
            assert str(refused.value) == (
                "There is no agreement, or it has ended. Nothing was passed on."
            )
