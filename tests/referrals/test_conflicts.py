"""For whom somebody in a case is no stranger, the case does not exist; for a colleague it does."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from directory.conflicts import LiftReason
from referrals import actions, policy
from referrals.actions.declaring import Known
from referrals.details import PartyDetails
from referrals.errors import NotWellFormed, ReasonMissing
from referrals.linking import known_cases
from referrals.models import ConflictBlock, ConflictTag, Referral
from referrals.querysets import ReferralQuerySet
from referrals.reading import open_case, see
from referrals.sweeping import tell_of_conflicts
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told
from tests.referrals.outsiders import ACTS
from tests.referrals.test_racing import at_once

SHE = Known(relation="family", given_name="Zoe", family_name="ONystrom", born_on=date(1991, 4, 23))
HER_NUMBER = Known(relation="other", phone="+44 7700 900461")
HE = Known(relation="household", given_name="Sam", family_name="Holt", born_on=date(1988, 2, 9))
FEARED = PartyDetails(
    kind="alleged_perpetrator",
    relationship="partner",
    document={"given_name": "Sam", "family_name": "Holt", "born_on": "1988-02-09"},
)
TABLES = ("referrals_case", "referrals_referral", "referrals_grant", "referrals_sealedrecord")


def sees(member, referral):
    with unit_of_work(member.context):
        return Referral.objects.visible_to(member).filter(pk=referral.pk).exists()


def who_sees(people, referral):
    desk = ("adviser", "second_adviser", "duty_manager")
    return [who for who in desk if sees(getattr(people, who), referral)]


def blocks(member):
    with unit_of_work(member.context):
        return list(ConflictBlock.objects.filter(lifted_at=None).order_by("found_at", "pk"))


def assert_does_not_exist(who, referral):
    for act in ACTS.values():
        with pytest.raises(Referral.DoesNotExist):
            act(referral.reference, who)


@pytest.mark.parametrize("known", [SHE, HER_NUMBER, HE])
def test_send_keeps_out_whoever_declared_somebody_in_the_case(own_database, people, known):
    actions.declare(known, of=people.second_adviser, by=people.second_adviser)

    sent = given.a_sent_referral(people.officer, parties=[FEARED])

    assert who_sees(people, sent) == ["adviser", "duty_manager"]
    assert told(people.second_adviser) == []
    assert told(people.adviser) == [("referral.send", sent.reference)]


@pytest.mark.parametrize("known", [SHE, HER_NUMBER, HE])
def test_declare_is_checked_against_what_the_agency_has_taken(own_database, people, known):
    taken = given.a_taken_referral(people.officer, people.adviser, parties=[FEARED])
    assert sees(people.second_adviser, taken)

    actions.declare(known, of=people.second_adviser, by=people.administrator)

    assert who_sees(people, taken) == ["adviser", "duty_manager"]
    assert told(people.second_adviser) == [("referral.send", taken.reference)]
    assert as_owner(
        "SELECT seen_at IS NULL FROM notices_notice WHERE recipient_id = %s",
        people.second_adviser.pk,
    ) == [(False,)]


def test_send_of_a_draft_keeps_them_out_too(own_database, people):
    actions.declare(HE, of=people.second_adviser, by=people.second_adviser)
    details = given.details(parties=[FEARED])
    draft = actions.start_draft(details, given.consent(), given.route(), by=people.officer)

    sent = actions.send(draft.reference, by=people.officer)

    assert who_sees(people, sent) == ["adviser", "duty_manager"]


def test_refer_on_keeps_out_whom_the_other_agency_knows(own_database, people):
    actions.declare(HE, of=people.team_lead, by=people.team_lead)
    taken = given.a_taken_referral(people.officer, people.adviser, parties=[FEARED])

    onward = given.an_onward_referral(taken, people.adviser, "rowan")

    assert not sees(people.team_lead, onward)
    assert sees(people.caseworker, onward)
    assert told(people.team_lead) == []


def test_amend_keeps_out_whom_the_new_words_name(own_database, people):
    actions.declare(HER_NUMBER, of=people.second_adviser, by=people.second_adviser)
    documents = {**given.DOCUMENTS, "contact": {"phone": "0151 496 0201"}}
    taken = given.a_taken_referral(people.officer, people.adviser, documents=documents)
    assert sees(people.second_adviser, taken)

    actions.amend(taken.reference, "contact", {"phone": "07700 900461"}, by=people.adviser)

    assert who_sees(people, taken) == ["adviser", "duty_manager"]


def test_agencies_do_not_match_each_others_declarations(own_database, people):
    actions.declare(SHE, of=people.wirral_adviser, by=people.wirral_adviser)

    sent = given.a_sent_referral(people.officer)

    assert who_sees(people, sent) == ["adviser", "second_adviser", "duty_manager"]
    assert as_owner("SELECT count(*) FROM referrals_conflictblock") == [(0,)]


def test_who_is_kept_out_can_do_nothing_with_it(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.second_adviser, by=people.second_adviser)
    actions.declare(SHE, of=people.duty_manager, by=people.duty_manager)

    assert_does_not_exist(people.second_adviser, taken)
    assert_does_not_exist(people.duty_manager, taken)

    assert open_case(taken.reference, by=people.adviser).document("identity")


def test_author_finishes_what_they_are_at_and_cannot_read_it_back(own_database, people):
    actions.declare(HE, of=people.officer, by=people.officer)

    sent = given.a_sent_referral(people.officer, parties=[FEARED])

    assert sent.status == "sent"
    assert_does_not_exist(people.officer, sent)
    assert see(sent.reference, by=people.supervisor).status == "sent"
    accepted = actions.accept(sent.reference, by=people.adviser)
    assert accepted.assigned_to_id == people.adviser.pk
    assert told(people.officer) == []
    assert told(people.supervisor) == [("referral.accept", sent.reference)]


def test_take_by_who_declared_after_it_was_sent_finds_nothing_to_take(own_database, people):
    sent = given.a_sent_referral(people.officer, parties=[FEARED])
    actions.declare(HE, of=people.second_adviser, by=people.second_adviser)

    with pytest.raises(Referral.DoesNotExist):
        actions.accept(sent.reference, by=people.second_adviser)

    assert see(sent.reference, by=people.duty_manager).status == "sent"
    actions.accept(sent.reference, by=people.adviser)
    assert who_sees(people, sent) == ["adviser", "duty_manager"]


def test_assign_refuses_whoever_is_kept_out_like_one_who_opens_no_cases(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.second_adviser, by=people.second_adviser)

    said = []
    for who in (people.second_adviser, people.administrator):
        with pytest.raises(NotWellFormed) as refusal:
            actions.assign(taken.reference, who, by=people.duty_manager, reason="sick")
        said.append(str(refusal.value))

    assert said == ["Choose a colleague who works on cases."] * 2
    actions.assign(taken.reference, people.duty_manager, by=people.duty_manager, reason="sick")


def test_whose_case_it_was_loses_it_and_the_managers_are_told(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.adviser, by=people.administrator)

    with databases.signed_in_as(databases.WORKER):
        done = [tell_of_conflicts(at=datetime.now(UTC)) for _ in range(2)]

    assert done == [1, 0]
    assert ("referral.somebody_else", taken.reference) in told(people.duty_manager)
    assert ("referral.somebody_else", taken.reference) not in told(people.adviser)
    actions.assign(taken.reference, people.second_adviser, by=people.duty_manager, reason="left")
    assert open_case(taken.reference, by=people.second_adviser).document("identity")


def test_search_finds_no_case_of_ones_own_people_and_none_by_another_party(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser, parties=[FEARED])
    actions.declare(HE, of=people.second_adviser, by=people.second_adviser)
    party = {"identity": dict(FEARED.document)}

    def found(member, documents):
        with unit_of_work(member.context):
            return known_cases(documents, member)

    assert found(people.adviser, given.DOCUMENTS) == [taken.case_id]
    assert found(people.second_adviser, given.DOCUMENTS) == []
    assert found(people.adviser, party) == []


def test_lift_lets_the_case_exist_again_and_the_same_match_is_not_made_again(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.second_adviser, by=people.second_adviser)
    (block,) = blocks(people.administrator)

    actions.lift(block.pk, LiftReason.OTHER_PERSON, by=people.administrator)

    assert sees(people.second_adviser, taken)
    actions.amend(taken.reference, "identity", given.DOCUMENTS["identity"], by=people.adviser)
    assert sees(people.second_adviser, taken)
    actions.declare(HER_NUMBER, of=people.second_adviser, by=people.second_adviser)
    assert not sees(people.second_adviser, taken)
    assert as_owner("SELECT action, reason FROM audit_auditentry WHERE action = 'conflict.lift'")


def test_lift_is_for_an_administrator_with_a_reason(own_database, people):
    given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.second_adviser, by=people.second_adviser)
    (block,) = blocks(people.administrator)

    for who in (people.second_adviser, people.duty_manager):
        with pytest.raises(PermissionDenied):
            actions.lift(block.pk, LiftReason.OTHER_PERSON, by=who)
    with pytest.raises(ReasonMissing):
        actions.lift(block.pk, "because", by=people.administrator)
    with pytest.raises(ConflictBlock.DoesNotExist):
        actions.lift(uuid4(), LiftReason.OTHER_PERSON, by=people.administrator)

    assert blocks(people.administrator) == [block]


def test_sql_lets_nobody_lift_their_own_and_nobody_read_a_tag(own_database, people):
    given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.second_adviser, by=people.second_adviser)
    lifting = """UPDATE referrals_conflictblock
        SET lifted_at = now(), lifted_by_id = %s, lift_reason = 'other_person'"""

    for who in (people.second_adviser, people.duty_manager):
        with unit_of_work(who.context), connection.cursor() as cursor:
            cursor.execute(lifting, [who.pk])
            assert cursor.rowcount == 0
    with unit_of_work(people.administrator.context), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT tag FROM referrals_conflicttag")
        cursor.execute(lifting, [people.administrator.pk])
        assert cursor.rowcount == 1


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (Known(relation="family"), "given_name"),
        (Known(relation="family", given_name="Zoe", family_name="ONystrom"), "family_name"),
        (Known(relation="other", phone="none"), "phone"),
        (Known(relation="friend", phone="07700 900461"), "relation"),
    ],
)
def test_declare_refuses_what_would_match_nobody(own_database, people, known, field):
    with pytest.raises(NotWellFormed) as refusal:
        actions.declare(known, of=people.adviser, by=people.adviser)

    assert refusal.value.field == field
    assert as_owner("SELECT count(*) FROM referrals_conflicttag") == [(0,)]


def test_declare_for_somebody_else_is_an_administrators_of_the_same_agency(own_database, people):
    for who in (people.duty_manager, people.officer):
        with pytest.raises(PermissionDenied):
            actions.declare(SHE, of=people.adviser, by=who)
    with pytest.raises(PermissionDenied):
        actions.declare(SHE, of=people.officer, by=people.administrator)

    assert actions.declare(SHE, of=people.adviser, by=people.administrator) == 1


def test_what_was_declared_is_seen_by_oneself_and_the_administrator_alone(own_database, people):
    actions.declare(SHE, of=people.adviser, by=people.adviser)

    def declared(member):
        with unit_of_work(member.context):
            return ConflictTag.objects.count()

    known_to = ("adviser", "administrator", "second_adviser", "duty_manager", "officer")
    assert [declared(getattr(people, who)) for who in known_to] == [1, 1, 0, 0, 0]


@pytest.fixture
def kept_out(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.declare(SHE, of=people.duty_manager, by=people.duty_manager)
    return taken


def test_policy_alone_keeps_them_out(people, kept_out):
    with databases.owner(databases.current()) as owner:
        for table in TABLES:
            owner.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            owner.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    assert_does_not_exist(people.duty_manager, kept_out)
    assert open_case(kept_out.reference, by=people.adviser).document("identity")


def test_second_lock_alone_keeps_them_out(people, kept_out, monkeypatch):
    for question in ("may", "may_open", "may_work_on"):
        monkeypatch.setattr(policy, question, lambda *_: True)
    monkeypatch.setattr(ReferralQuerySet, "visible_to", lambda rows, _: rows.all())

    assert_does_not_exist(people.duty_manager, kept_out)
    for table in TABLES[1:]:
        with unit_of_work(people.duty_manager.context), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE case_id = %s",  # noqa: S608
                [kept_out.case_id],
            )
            assert cursor.fetchone() == (0,)
    assert open_case(kept_out.reference, by=people.adviser).document("identity")


@pytest.mark.parametrize("attempt", range(3))
def test_declaring_while_somebody_takes_it_leaves_no_gap(own_database, people, attempt):
    sent = given.a_sent_referral(people.officer, parties=[FEARED])

    at_once(
        lambda: actions.accept(sent.reference, by=people.adviser),
        lambda: actions.declare(HE, of=people.second_adviser, by=people.second_adviser),
        lambda: actions.declare(SHE, of=people.duty_manager, by=people.duty_manager),
    )

    assert who_sees(people, sent) == ["adviser"]


def test_declared_while_somebody_opens_it_ends_with_no_case(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)

    def open_again_and_again():
        for _ in range(60):
            try:
                opened = open_case(taken.reference, by=people.duty_manager)
            except Referral.DoesNotExist:
                return "gone"
            assert opened.document("identity")
        return "still there"

    at_once(
        open_again_and_again,
        lambda: actions.declare(SHE, of=people.duty_manager, by=people.duty_manager),
    )

    assert_does_not_exist(people.duty_manager, taken)
    assert open_case(taken.reference, by=people.adviser).document("identity")
