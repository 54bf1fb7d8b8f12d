"""The table of bank holidays ends: managers are told once, 90 days before, and so is a check."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from directory.working_days import table_ends_on
from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from visits.holidays import table_reaches_far_enough, warn_of_table_end
from visits.models import Rung
from visits.sweeping import sweep

LAST = datetime.combine(table_ends_on(), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)


def owed():
    with unit_of_work(Context.system()):
        return Rung.objects.filter(kind="holidays_end").count()


def test_managers_are_told_once_ninety_days_before_the_table_ends(own_database, people):
    with databases.signed_in_as(databases.WORKER):
        assert warn_of_table_end(LAST - timedelta(days=91)) == 0
        sweep(LAST - timedelta(days=90))
        first = owed()
        sweep(LAST - timedelta(days=89))

        assert (first, owed()) == (3, 3)

    for member, told in ((people.duty_manager, 1), (people.coordinator, 1), (people.adviser, 0)):
        with unit_of_work(member.context):
            assert Notice.objects.of(member).filter(kind="holidays_end").count() == told


@pytest.mark.parametrize(
    ("days", "ids"), [(91, []), (90, ["visits.W001"]), (0, ["visits.W001"]), (-1, ["visits.E001"])]
)
def test_check_of_a_deployment_says_so_too(days, ids):
    with time_machine.travel(LAST - timedelta(days=days), tick=False):
        assert [message.id for message in table_reaches_far_enough()] == ids
