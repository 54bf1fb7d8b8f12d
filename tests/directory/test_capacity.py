"""An agency says of its own services whether they take anybody, and how long people wait."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.errors import NotDone
from directory.actions.capacity import set_capacity
from directory.matching import open_on
from directory.models import Service, ServiceStatus
from tenancy.work import unit_of_work
from tests.referrals.conftest import as_owner


@pytest.fixture
def rowans(people):
    with unit_of_work(people.team_lead.context):
        return Service.objects.filter(agency__code="rowan").order_by("name").first()


def is_offered(service, by):
    with unit_of_work(by.context):
        return open_on(timezone.localdate()).filter(pk=service.pk).exists()


def turned(service, by, **how):
    return set_capacity(service.pk, by=by, **{"is_open": True, "wait_weeks": None, **how})


def test_closed_service_is_offered_to_nobody_until_it_opens(people, rowans):
    turned(rowans, people.team_lead, is_open=False)
    closed = is_offered(rowans, people.adviser)

    turned(rowans, people.team_lead)

    assert (closed, is_offered(rowans, people.adviser)) == (False, True)


def test_whoever_refers_sees_how_long_people_wait(people, rowans):
    turned(rowans, people.team_lead, wait_weeks=6)

    with unit_of_work(people.adviser.context):
        assert Service.objects.get(pk=rowans.pk).wait_weeks == 6
    assert is_offered(rowans, people.adviser)


@pytest.mark.parametrize("weeks", [0, 53])
def test_weeks_are_from_one_to_a_year(people, rowans, weeks):
    with pytest.raises(NotDone, match="from 1 to 52 weeks"):
        turned(rowans, people.team_lead, wait_weeks=weeks)

    assert turned(rowans, people.team_lead, wait_weeks=52).wait_weeks == 52


def test_only_who_answers_for_the_agencys_work_may(people, rowans):
    with pytest.raises(PermissionDenied):
        turned(rowans, people.caseworker, is_open=False)
    with pytest.raises(Service.DoesNotExist):
        turned(rowans, people.duty_manager, is_open=False)

    assert is_offered(rowans, people.adviser)
    turned(rowans, people.team_lead, is_open=False)


def test_what_left_the_directory_is_not_brought_back(own_database, people, rowans):
    as_owner("UPDATE directory_service SET status = 'inactive' WHERE id = %s", rowans.pk)

    with pytest.raises(Service.DoesNotExist):
        turned(rowans, people.team_lead)


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ("status = 'temporarily_closed'", False),
        ("status = 'inactive'", True),
        ("name = 'Another'", True),
        ("needs = '{counselling}'", True),
        ("agency_id = agency_id + 1", True),
    ],
)
def test_database_lets_an_agency_turn_its_own_and_nothing_else(people, rowans, change, is_refused):
    with unit_of_work(people.team_lead.context), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE directory_service SET {change}")  # noqa: S608 -- of the list
                changed = set(
                    Service.objects.filter(status=ServiceStatus.TEMPORARILY_CLOSED).values_list(
                        "agency__code", flat=True
                    )
                )
                transaction.set_rollback(True)
        except ProgrammingError:
            changed = None

    assert (changed is None) == is_refused
    assert is_refused or changed == {"rowan"}
