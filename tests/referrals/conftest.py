"""What the heart's tests share: a house that commits, its owner's hand, who is told what."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from notices.models import Notice
from referrals.consistency import faults
from referrals.models import ReferralEvent
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.world import People


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker) -> Iterator[People]:
    """The people of a clone that commits, for the module: its owner can only see such a one."""
    with django_db_blocker.unblock(), databases.clone():
        yield People()


def as_owner(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run a statement behind everybody's back, as a database administrator could."""
    with databases.as_owner(), unit_of_work(Context.migration()), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def found_faults() -> list[str]:
    """What the consistency check says of the house."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        return list(faults())


def told(member) -> list[tuple[str, str]]:
    """What a member has been told, oldest first."""
    with unit_of_work(member.context):
        found = Notice.objects.of(member).order_by("created_at", "pk")
        return list(found.values_list("kind", "reference"))


def timeline(referral, member) -> list[str]:
    """The moves in a referral's timeline as a member sees them, oldest first."""
    with unit_of_work(member.context):
        events = ReferralEvent.objects.filter(referral=referral).order_by("at", "id")
        return list(events.values_list("move", flat=True))
