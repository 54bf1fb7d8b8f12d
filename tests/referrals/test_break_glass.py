"""Break-glass: an hour, some parts, two people, and a third who looks at it afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError

from audit.models import AuditEntry
from referrals import actions, glass, sweeping
from referrals.actions.breaking_glass import review_due_at
from referrals.errors import AccessEnded, MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import BreakGlass, Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told

PARTS = ["identity", "contact"]
SECOND = "UPDATE referrals_breakglass SET {} WHERE id = %s"
THIRD = SECOND.format("reviewed_at = now(), finding = 'was_right', reviewed_by_id = {}")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def taken(house):
    """A case in the adviser's hands; her colleague may not open it, and nobody has asked yet."""
    as_owner("DELETE FROM referrals_breakglass")
    return given.a_taken_referral(house.officer, house.adviser, safe_windows=given.ANY_TIME)


def ask(house, referral, parts=PARTS, by=None, reason="danger_now"):
    by = by or house.second_adviser
    return actions.ask_to_break_glass(referral.reference, parts, by=by, reason=reason)


def let(house, referral, **changes):
    asked = ask(house, referral, **changes)
    return actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)


def look(house, referral, by=None):
    return glass.open_through_glass(referral.reference, by=by or house.second_adviser)


def sweep(at):
    with databases.signed_in_as(databases.WORKER):
        return sweeping.sweep(at)


def evidence(member, referral):
    with unit_of_work(member.context):
        about = AuditEntry.objects.filter(object_id=referral.reference).order_by("seq")
        return list(about.values_list("action", "decision", "actor"))


def test_colleague_looks_for_an_hour_at_those_parts_once_a_second_person_says_yes(house, taken):
    with pytest.raises(PermissionDenied):
        open_case(taken.reference, by=house.second_adviser)
    asked = ask(house, taken)
    with pytest.raises(PermissionDenied):
        look(house, taken)

    actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)
    _, case = look(house, taken)

    assert {each.compartment for each in case.records} == {*PARTS}
    assert case.document("identity") == open_case(taken.reference, by=house.adviser).document(
        "identity"
    )


def test_looking_opens_nothing_else_and_lets_nothing_be_done(house, taken):
    let(house, taken)
    look(house, taken)

    with pytest.raises(PermissionDenied):
        open_case(taken.reference, by=house.second_adviser)
    with pytest.raises(PermissionDenied):
        actions.add_note(taken.reference, by=house.second_adviser, text="I was here.")
    assert actions.add_note(taken.reference, by=house.adviser, text="So was I.")


def test_it_is_over_at_the_exact_instant(house, taken):
    asked = let(house, taken)

    with time_machine.travel(asked.expires_at - timedelta(microseconds=1), tick=False):
        assert look(house, taken)
    with time_machine.travel(asked.expires_at, tick=False), pytest.raises(AccessEnded):
        look(house, taken)
    assert asked.expires_at == asked.answered_at + HOUR


def test_it_is_over_with_the_agencys_access(house, taken):
    let(house, taken)
    assert look(house, taken)

    actions.withdraw_consent(taken.reference, by=house.adviser)

    with pytest.raises(AccessEnded):
        look(house, taken)


def test_only_whoever_asked_may_look(house, taken):
    let(house, taken)

    for other in (house.caseworker, house.wirral_adviser):
        with pytest.raises(Referral.DoesNotExist):
            look(house, taken, by=other)
    with pytest.raises(PermissionDenied):
        look(house, taken, by=house.duty_manager)
    assert look(house, taken)


def test_nobody_answers_for_themself(house, taken):
    with pytest.raises(PermissionDenied):
        ask(house, taken, by=house.duty_manager)  # who may open any case has no need
    asked = ask(house, taken)
    with pytest.raises(PermissionDenied):
        actions.answer_break_glass(asked.pk, by=house.second_adviser, yes=True)
    with pytest.raises(PermissionDenied):
        actions.answer_break_glass(asked.pk, by=house.adviser, yes=True)
    with pytest.raises(BreakGlass.DoesNotExist):
        actions.answer_break_glass(asked.pk, by=house.team_lead, yes=True)

    assert actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True).is_approved


def test_database_refuses_two_people_who_are_one(house, taken):
    pk = let(house, taken).pk
    for seats in ("answered_by_id = asked_by_id", "expires_at = answered_at + interval '61 min'"):
        with pytest.raises(IntegrityError):
            as_owner(SECOND.format(seats), pk)
    for seat in ("asked_by_id", "answered_by_id"):
        with pytest.raises(IntegrityError):
            as_owner(THIRD.format(seat), pk)

    as_owner(THIRD.format(house.administrator.pk), pk)


def test_request_needs_a_reason_and_a_part(house, taken):
    with pytest.raises(ReasonMissing):
        ask(house, taken, reason="curious")
    with pytest.raises(NotWellFormed):
        ask(house, taken, parts=["everything"])
    with unit_of_work(house.adviser.context):
        assert not BreakGlass.objects.exists()
    assert ask(house, taken)


def test_request_is_for_a_case_of_ones_own_agency_in_other_hands(house, taken):
    pending = given.a_sent_referral(house.officer)
    for by in (house.adviser, house.officer, house.supervisor):
        with pytest.raises(PermissionDenied):
            ask(house, taken, by=by)
    with pytest.raises(PermissionDenied):
        ask(house, pending)
    for by in (house.wirral_adviser, house.colleague, house.administrator):
        with pytest.raises(Referral.DoesNotExist):
            ask(house, taken, by=by)
    assert ask(house, taken)


def test_request_waits_an_hour_and_no_longer(house, taken):
    asked = ask(house, taken)
    with pytest.raises(MoveNotAllowed, match="already"):
        ask(house, taken)

    with (
        time_machine.travel(asked.asked_at + HOUR, tick=False),
        pytest.raises(MoveNotAllowed, match="hour is over"),
    ):
        actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)
    with time_machine.travel(asked.asked_at + HOUR - MINUTE, tick=False):
        actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)
        with pytest.raises(MoveNotAllowed, match="already"):
            actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)
        with pytest.raises(MoveNotAllowed, match="may look"):
            ask(house, taken)


def test_turned_down_nobody_looks_and_it_may_be_asked_again(house, taken):
    asked = ask(house, taken)

    actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=False)

    assert ("glass.turned_down", taken.reference) in told(house.second_adviser)
    with pytest.raises(PermissionDenied):
        look(house, taken)
    let(house, taken)
    assert look(house, taken)


def test_everybody_concerned_is_told_at_once(house, taken):
    asked = ask(house, taken)
    assert told(house.duty_manager)[-1] == ("glass.asked", taken.reference)

    actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)

    assert told(house.adviser)[-1] == ("glass.broken", taken.reference)
    assert told(house.second_adviser)[-1] == ("glass.approved", taken.reference)
    assert told(house.administrator)[-1] == ("glass.review", taken.reference)


def test_looking_is_evidence_that_says_what_it_was(house, taken):
    let(house, taken)
    look(house, taken)

    assert evidence(house.adviser, taken)[-3:] == [
        ("glass.ask", "allowed", str(house.second_adviser.pk)),
        ("glass.approve", "allowed", str(house.duty_manager.pk)),
        ("case.open", "allowed", str(house.second_adviser.pk)),
    ]
    with unit_of_work(house.adviser.context):
        newest = AuditEntry.objects.filter(object_id=taken.reference).latest("seq")
        assert newest.purpose == "break-glass: Somebody is in danger now"
        assert newest.compartments == sorted(PARTS)


def test_whoever_it_is_hidden_from_can_neither_ask_nor_answer(house, taken):
    asked = ask(house, taken)
    as_owner(
        "INSERT INTO referrals_conflicttag (id, agency_id, membership_id, declaration, relation,"
        " purpose, tag, key_version, declared_by_id, declared_at)"
        " SELECT gen_random_uuid(), m.agency_id, m.id, gen_random_uuid(), 'family', 'phone',"
        " decode(md5(m.id::text), 'hex'), 1, m.id, now()"
        " FROM accounts_membership m WHERE m.id = ANY (%s)",
        [house.second_adviser.pk, house.duty_manager.pk],
    )
    as_owner(
        "INSERT INTO referrals_conflictblock (id, case_id, agency_id, membership_id, because_id,"
        " found_at, lift_reason) SELECT gen_random_uuid(), %s, t.agency_id, t.membership_id, t.id,"
        " now(), '' FROM referrals_conflicttag t",
        taken.case_id,
    )

    with pytest.raises(BreakGlass.DoesNotExist):
        actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=True)
    with pytest.raises(Referral.DoesNotExist):
        ask(house, taken)
    with pytest.raises(Referral.DoesNotExist):
        look(house, taken)
    with unit_of_work(house.adviser.context):
        assert BreakGlass.objects.filter(pk=asked.pk).exists()


def test_third_person_reviews_it(house, taken):
    asked = let(house, taken)
    for own in (house.second_adviser, house.duty_manager):
        with pytest.raises(PermissionDenied):
            actions.review_break_glass(asked.pk, by=own, finding="was_right")
    with pytest.raises(PermissionDenied):
        actions.review_break_glass(asked.pk, by=house.adviser, finding="was_right")
    with pytest.raises(ReasonMissing):
        actions.review_break_glass(asked.pk, by=house.administrator, finding="")

    actions.review_break_glass(asked.pk, by=house.administrator, finding="was_wrong")

    with pytest.raises(MoveNotAllowed):
        actions.review_break_glass(asked.pk, by=house.administrator, finding="was_right")
    assert told(house.second_adviser)[-1] == ("glass.reviewed", taken.reference)


def test_what_was_never_let_is_not_reviewed(house, taken):
    asked = ask(house, taken)

    with pytest.raises(MoveNotAllowed):
        actions.review_break_glass(asked.pk, by=house.administrator, finding="was_right")


@pytest.mark.parametrize(
    ("answered", "due"),
    [
        ("2026-12-24T22:30+00:00", "2026-12-30T00:00+00:00"),  # Christmas, a weekend, Boxing Day
        ("2026-11-27T09:00+00:00", "2026-12-01T00:00+00:00"),  # a Friday
        ("2027-07-06T23:30+00:00", "2027-07-08T23:00+00:00"),  # past midnight in London
    ],
)
def test_review_is_due_by_the_end_of_the_next_working_day(answered, due):
    assert review_due_at(datetime.fromisoformat(answered)) == datetime.fromisoformat(due)


def test_unreviewed_it_is_told_once_and_suspends_the_right_until_it_is(house, taken):
    asked = let(house, taken)
    other = given.a_taken_referral(house.officer, house.adviser)
    late = asked.review_due_at + MINUTE

    sweep(asked.review_due_at - MINUTE)
    assert told(house.administrator).count(("glass.unreviewed", taken.reference)) == 0
    sweep(late)
    sweep(late + HOUR)

    for person in (house.administrator, house.second_adviser):
        assert told(person).count(("glass.unreviewed", taken.reference)) == 1
    with time_machine.travel(late, tick=False):
        with pytest.raises(MoveNotAllowed, match="not reviewed"):
            ask(house, other)
        actions.review_break_glass(asked.pk, by=house.administrator, finding="was_right")
        assert ask(house, other)


def test_second_lock_lets_nobody_write_a_row_they_have_no_seat_in(house, taken):
    asked = ask(house, taken)

    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        unit_of_work(house.adviser.context),
    ):
        BreakGlass.objects.filter(pk=asked.pk).update(
            answered_by=house.duty_manager.pk,
            answered_at=datetime.now(UTC),
            is_approved=False,
        )
    with unit_of_work(house.caseworker.context):
        assert not BreakGlass.objects.exists()
    assert actions.answer_break_glass(asked.pk, by=house.duty_manager, yes=False)
