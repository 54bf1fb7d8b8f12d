"""A case goes when its time is up: two people, nobody else's copy, and no trace but a tombstone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection
from django.utils import timezone

from referrals import actions as referring
from referrals.errors import MoveNotAllowed, ReasonMissing
from referrals.models import Grant, Referral
from referrals.reading import open_case, see
from retention import actions
from retention.models import Disposal, Tombstone
from retention.reading import due
from retention.rules import months_after
from tenancy.work import unit_of_work
from tests import given
from tests.referrals.conftest import as_owner, found_faults, told
from tests.retention.conftest import grow_old, own_reference


def today():
    return timezone.localdate()


def ask(house, referral, by=None, reason="time_is_up"):
    by = by or house.duty_manager
    return actions.ask_to_dispose(own_reference(referral, by), by=by, reason=reason)


def another_manager(house):
    """A second person of the IDVA service who approves; the world has one alone."""
    as_owner(
        "UPDATE accounts_membership SET role = 'duty_manager' WHERE id = %s",
        house.second_adviser.pk,
    )
    return house.second_adviser


def let_go(house, referral, **changes):
    asked = ask(house, referral, **changes)
    return actions.answer_disposal(asked.pk, by=another_manager(house), yes=True)


def rows_about(case_id):
    """How many rows of every table name the case itself."""
    tables = as_owner(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id'"
        " AND table_schema = 'public' AND table_name NOT LIKE 'retention_%%'"
    )
    counts = {
        name: as_owner(f"SELECT count(*) FROM {name} WHERE case_id = %s", case_id)[0][0]  # noqa: S608
        for (name,) in tables
    }
    return {name: number for name, number in counts.items() if number}


def listed(member):
    with unit_of_work(member.context):
        return [each.kept.case_id for each in due(member, today())]


def test_what_was_kept_for_long_enough_is_due_and_nothing_else(house, old):
    young = given.a_taken_referral(
        house.officer, house.adviser, documents=given.somebody_else(house.officer)
    )

    assert old.case_id in listed(house.duty_manager)
    assert young.case_id not in listed(house.duty_manager)
    assert old.case_id in listed(house.supervisor)
    assert old.case_id not in listed(house.team_lead)
    with unit_of_work(house.adviser.context), pytest.raises(PermissionDenied):
        due(house.adviser, today())


def test_one_copy_goes_and_the_others_is_as_it_was(house, old):
    """The police keep theirs until they let go of it themselves."""
    before = open_case(old.reference, by=house.officer).records

    gone = let_go(house, old)

    assert (gone.was_last, gone.done_at) == (False, gone.answered_at)
    for member in (house.duty_manager, house.adviser):
        with pytest.raises(Referral.DoesNotExist):
            see(old.reference, by=member)
        with pytest.raises(Referral.DoesNotExist):
            open_case(old.reference, by=member)
    assert open_case(old.reference, by=house.officer).records == before
    assert old.case_id not in listed(house.duty_manager)
    agency = house.adviser.agency_id
    kept = "SELECT count(*) FROM {} WHERE case_id = %s AND agency_id = %s"
    for table in ("referrals_bundle", "referrals_searchtag"):
        assert as_owner(kept.format(table), old.case_id, agency) == [(0,)]
        assert as_owner(kept.format(table), old.case_id, house.officer.agency_id) != [(0,)]


def test_the_last_copy_takes_everything_with_it_but_a_tombstone(house, old):
    let_go(house, old)
    assert rows_about(old.case_id)
    follow_ups = "SELECT count(*) FROM referrals_referral WHERE reference = %s"
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)

    gone = actions.answer_disposal(asked.pk, by=house.colleague, yes=True)

    assert gone.was_last is True
    assert rows_about(old.case_id) == {}
    assert as_owner(follow_ups, old.reference) == [(0,)]
    assert as_owner("SELECT count(*) FROM referrals_case WHERE id = %s", old.case_id) == [(0,)]
    with unit_of_work(house.supervisor.context):
        stone = Tombstone.objects.get(case_id=old.case_id)
    assert old.reference in stone.references
    assert stone.reason == "time_is_up"
    assert found_faults() == []
    with pytest.raises(Referral.DoesNotExist):
        see(old.reference, by=house.officer)


def test_others_cases_stay_when_one_is_erased(house, old):
    other = given.a_taken_referral(
        house.officer, house.adviser, documents=given.somebody_else(house.officer)
    )
    before = rows_about(other.case_id)
    let_go(house, old)
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)
    actions.answer_disposal(asked.pk, by=house.colleague, yes=True)

    assert rows_about(other.case_id) == before
    assert open_case(other.reference, by=house.adviser).records


def test_nobody_stands_behind_their_own_request(house, old):
    asked = ask(house, old)

    with pytest.raises(PermissionDenied):
        actions.answer_disposal(asked.pk, by=house.duty_manager, yes=True)
    with pytest.raises(PermissionDenied):
        actions.answer_disposal(asked.pk, by=house.adviser, yes=True)
    with pytest.raises(Disposal.DoesNotExist):
        actions.answer_disposal(asked.pk, by=house.team_lead, yes=True)
    with pytest.raises(IntegrityError):
        as_owner(
            "UPDATE retention_disposal SET answered_by_id = asked_by_id, answered_at = now(),"
            " is_approved = true WHERE id = %s",
            asked.pk,
        )

    assert actions.answer_disposal(asked.pk, by=another_manager(house), yes=True).done_at


def test_a_no_keeps_it_and_it_may_be_asked_again(house, old):
    asked = ask(house, old)
    with pytest.raises(MoveNotAllowed, match="already"):
        ask(house, old)

    actions.answer_disposal(asked.pk, by=another_manager(house), yes=False)

    assert see(old.reference, by=house.duty_manager)
    assert told(house.duty_manager)[-1] == ("retention.answered", "")
    assert ask(house, old)


def test_asking_is_for_who_answers_for_the_work_and_needs_a_reason(house, old):
    reference = own_reference(old, house.duty_manager)
    with pytest.raises(PermissionDenied):
        actions.ask_to_dispose(reference, by=house.adviser, reason="time_is_up")
    with pytest.raises(Grant.DoesNotExist):
        actions.ask_to_dispose(reference, by=house.team_lead, reason="time_is_up")
    with pytest.raises(ReasonMissing):
        actions.ask_to_dispose(reference, by=house.duty_manager, reason="tidying up")

    assert actions.ask_to_dispose(reference, by=house.duty_manager, reason="time_is_up")


def test_before_its_time_it_goes_at_their_own_request_alone(house, old):
    grow_old(old, years=1)
    with pytest.raises(MoveNotAllowed, match="not up"):
        ask(house, old)

    assert let_go(house, old, reason="their_request").rule is None


def test_children_keep_it_longer(house, old):
    as_owner("UPDATE referrals_case SET children = true WHERE id = %s", old.case_id)
    with pytest.raises(MoveNotAllowed, match="not up"):
        ask(house, old)
    assert old.case_id not in listed(house.duty_manager)

    grow_old(old, years=26)

    assert old.case_id in listed(house.duty_manager)
    assert ask(house, old)


def test_what_is_in_hand_is_kept(house):
    taken = given.a_taken_referral(
        house.officer, house.adviser, children=False, documents=given.somebody_else(house.officer)
    )
    grow_old(taken)
    with pytest.raises(MoveNotAllowed, match="still works"):
        ask(house, taken)

    referring.close(taken.reference, by=house.duty_manager, reason="planned")
    grow_old(taken)

    assert ask(house, taken)


def test_a_hold_of_anybody_keeps_it_also_from_what_was_asked_before(house, old):
    """The police hold it; the IDVA service feels that, and does not see whose it is."""
    asked, second = ask(house, old), another_manager(house)
    theirs = own_reference(old, house.supervisor)
    in_a_month = today() + timedelta(days=30)
    hold = actions.place_hold(theirs, "legal", by=house.supervisor, review_on=in_a_month)

    with pytest.raises(MoveNotAllowed, match="holds this case"):
        actions.answer_disposal(asked.pk, by=second, yes=True)
    assert see(old.reference, by=house.duty_manager)
    with unit_of_work(house.duty_manager.context):
        found = [
            each for each in due(house.duty_manager, today()) if each.kept.case_id == old.case_id
        ]
        assert [each.kept.is_held for each in found] == [True]
        assert not Disposal.objects.exclude(done_at=None).filter(pk=asked.pk).exists()

    actions.lift_hold(hold.pk, by=house.supervisor)
    assert actions.answer_disposal(asked.pk, by=second, yes=True).done_at


def test_hold_is_placed_once_a_kind_and_looked_at_within_a_year(house, old):
    reference, tomorrow = own_reference(old, house.duty_manager), today() + timedelta(days=1)
    place = actions.place_hold
    with pytest.raises(PermissionDenied):
        place(reference, "legal", by=house.adviser, review_on=tomorrow)
    with pytest.raises(ReasonMissing):
        place(reference, "curious", by=house.duty_manager, review_on=tomorrow)
    for day in (today(), today() + timedelta(days=367)):
        with pytest.raises(Exception, match="within the next year"):
            place(reference, "legal", by=house.duty_manager, review_on=day)

    hold = place(reference, "legal", by=house.duty_manager, review_on=tomorrow)

    with pytest.raises(MoveNotAllowed):
        place(reference, "legal", by=house.duty_manager, review_on=tomorrow)
    assert place(reference, "death_review", by=house.duty_manager, review_on=tomorrow)
    with pytest.raises(PermissionDenied):
        actions.lift_hold(hold.pk, by=house.adviser)
    with pytest.raises(type(hold).DoesNotExist):
        actions.lift_hold(hold.pk, by=house.supervisor)
    assert actions.lift_hold(hold.pk, by=house.duty_manager).lifted_at


def test_database_lets_nothing_go_that_nobody_stands_behind(house, old):
    asked = ask(house, old)
    with (
        pytest.raises(ProgrammingError, match="nobody stands behind"),
        unit_of_work(house.duty_manager.context),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT retention_dispose(%s, now())", [asked.pk])
    for function in ("retention_erase(%s)", "retention_forget(%s, 1, now())"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            unit_of_work(house.duty_manager.context),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {function}", [old.case_id])

    assert see(old.reference, by=house.duty_manager)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 26), -72, date(2020, 11, 26)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_after_is_that_day_or_the_months_last(day, months, later):
    assert months_after(day, months) == later
