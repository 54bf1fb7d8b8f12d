"""Services are the owner's to write, so these tests act as owner where others act as the web."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Agency, Membership
from directory.areas import AREAS
from directory.harm import Need
from directory.models import Service, ServiceStatus
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases

TODAY = date(2026, 11, 21)
ASKED = {"need": "counselling", "area_code": "E08000012", "age_band": "25_34", "on": TODAY}
ROWAN = {
    "name": "Rowan Counselling",
    "needs": ["counselling"],
    "areas": ["E08000012"],
    "valid_from": date(2026, 1, 1),
}
"""A service that takes anybody in Liverpool for counselling."""


@contextmanager
def owner_at_work(database: str) -> Iterator[None]:
    """Act as the owner of the database in a migration context, as its command line does."""
    before = dict(databases.connections.settings["default"])
    databases.use(database, databases.OWNER["USER"], databases.OWNER["PASSWORD"])
    try:
        with unit_of_work(Context.migration()):
            yield
    finally:
        databases.use(before["NAME"], before["USER"], before["PASSWORD"])


def offer(agency: str = "rowan", **facts: Any) -> Service:
    """An agency's service: Rowan's, but for the facts given."""
    return Service.objects.create(agency=Agency.objects.get(code=agency), **ROWAN | facts)


@pytest.fixture
def empty_directory(own_database: str) -> str:
    """A database of one's own without the world's services; its name."""
    with owner_at_work(own_database):
        Service.objects.all().delete()
    return own_database


@pytest.fixture
def offering(empty_directory: str) -> Callable[..., Service]:
    """Add a service as the owner does."""

    def add(agency: str = "rowan", **facts: Any) -> Service:
        with owner_at_work(empty_directory):
            return offer(agency, **facts)

    return add


def invented_offer(chance: random.Random, number: int) -> dict[str, Any]:
    """A service of random needs, areas, ages, dates and status."""
    youngest = chance.choice([0, 0, 13, 16, 18])
    starts = TODAY + timedelta(days=chance.choice([-400, -30, -1, 0, 1, 30]))
    return {
        "agency": chance.choice(["rowan", "linden", "unsigned", "liverpool-idva"]),
        "name": f"Service {number:03}",
        "needs": chance.sample(Need.values[:4], chance.randint(1, 3)),
        "areas": chance.sample(list(AREAS), chance.randint(1, 6)),
        "minimum_age": youngest,
        "maximum_age": chance.choice([None, None, youngest, youngest + 5, 64]),
        "status": chance.choices(ServiceStatus.values, [6, 1, 1])[0],
        "accepts_online": chance.random() < 0.9,
        "valid_from": starts,
        "valid_to": chance.choice([None, None, starts, starts + timedelta(days=60)]),
    }


@pytest.fixture(scope="module")
def refusing_directory(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """An empty directory that a table of refused services may share; its database's name."""
    with django_db_blocker.unblock(), databases.clone() as name:
        with owner_at_work(name):
            Service.objects.all().delete()
        yield name


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Service]]:
    """Two hundred invented services, read by a member of staff in one long transaction."""
    seed = 20261121
    print(f"seed {seed}")  # noqa: T201 -- shown when a test fails
    chance = random.Random(seed)  # noqa: S311 -- test data
    with django_db_blocker.unblock(), databases.clone() as name:
        with owner_at_work(name):
            Service.objects.all().delete()
            for number in range(200):
                offer(**invented_offer(chance, number))
        member = Membership.objects.select_related("agency").get(user__email="adviser@example.org")
        with unit_of_work(member.context):
            yield list(Service.objects.select_related("agency"))
