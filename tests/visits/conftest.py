"""What the tests of visits share: a referral on the clock, in a database that commits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.world import People
from visits import actions
from visits.ladder import RungKind
from visits.models import Rung
from visits.sweeping import sweep

AGO = timedelta(hours=2)


@pytest.fixture
def sent(people: People) -> Referral:
    """A police referral to Liverpool's desk, two hours after the visit ended."""
    return refer(people)


def refer(people: People, ago: timedelta = AGO) -> Referral:
    """A police referral whose visit ended some time ago; each of a test is of another person."""
    return actions.refer_after_visit(
        given.details(documents=given.somebody_else(people.officer)),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - ago,
    )


@pytest.fixture
def swept(own_database: str) -> Callable[[datetime], dict[RungKind, int]]:
    """Sweep as the worker does at an instant; how many people each fired rung has told."""

    def sweep_at(at: datetime) -> dict[RungKind, int]:
        with databases.signed_in_as(databases.WORKER):
            sweep(at)
            with unit_of_work(Context.system()):
                fired = Rung.objects.exclude(fired_at=None).order_by("due_at")
                return {RungKind(rung.kind): rung.told for rung in fired}

    return sweep_at
