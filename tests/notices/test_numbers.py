"""Numbers of staff: set by those who may, agreed to by nobody else, seen by no other agency."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.errors import NotDone
from notices.models import AlarmNumber
from notices.numbers import number_of, remove_number, set_number
from tenancy.work import unit_of_work
from tests import databases

NUMBER = "07700 900123"


def seen_by(member, of):
    with unit_of_work(member.context):
        return number_of(of)


def test_own_number_is_agreed_to(people):
    row = set_number(NUMBER, of=people.adviser, by=people.adviser)

    assert (row.number, row.agreed_at) == ("+447700900123", row.set_at)


@pytest.mark.parametrize("who", ["duty_manager", "administrator"])
def test_number_set_by_those_who_look_after_people_waits_for_a_yes(people, who):
    set_number(NUMBER, of=people.adviser, by=people.adviser)

    row = set_number("0151 496 0123", of=people.adviser, by=getattr(people, who))

    assert (row.number, row.agreed_at) == ("+441514960123", None)


@pytest.mark.parametrize("who", ["second_adviser", "wirral_adviser", "team_lead"])
def test_number_set_by_anybody_else_is_refused_and_nothing_is_left(people, who):
    stranger = getattr(people, who)

    with pytest.raises(PermissionDenied):
        set_number(NUMBER, of=people.adviser, by=stranger)
    with pytest.raises(PermissionDenied):
        remove_number(of=people.adviser, by=stranger)

    assert seen_by(people.adviser, people.adviser) is None
    set_number(NUMBER, of=people.adviser, by=people.duty_manager)
    assert seen_by(people.adviser, people.adviser) is not None


def test_number_is_not_seen_by_another_agency_nor_by_the_police(people):
    set_number(NUMBER, of=people.adviser, by=people.adviser)

    seen = [
        seen_by(member, people.adviser) is not None
        for member in (people.duty_manager, people.wirral_adviser, people.officer)
    ]

    assert seen == [True, False, False]


def test_what_is_no_number_is_refused_and_nothing_is_left(people):
    with pytest.raises(NotDone, match="telephone number"):
        set_number("the surgery", of=people.adviser, by=people.adviser)

    assert seen_by(people.adviser, people.adviser) is None


def test_database_refuses_what_is_no_number(people):
    row = set_number(NUMBER, of=people.adviser, by=people.adviser)
    row.number = "07700 900123"

    with (
        pytest.raises(IntegrityError, match="notices_alarmnumber_is_e164"),
        unit_of_work(people.adviser.context),
        transaction.atomic(),
    ):
        row.save()


def test_operator_sets_a_number_that_waits_for_a_yes(people, own_database, capsys):
    adviser = people.adviser
    with databases.as_owner():
        call_command("alarm_number", "Adviser@example.org", "liverpool-idva", NUMBER)
        with pytest.raises(CommandError, match="Nobody"):
            call_command("alarm_number", "adviser@example.org", "wirral-idva", NUMBER)

    with unit_of_work(adviser.context):
        row = AlarmNumber.objects.get()
    assert (row.membership_id, row.agreed_at, row.set_by_id) == (adviser.pk, None, None)
    assert NUMBER not in capsys.readouterr().out
