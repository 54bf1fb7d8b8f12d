"""A house of its own whose evidence is committed, and the chains in it."""

import pytest

from audit.models import AuditEntry
from tenancy.work import unit_of_work
from tests import databases
from tests.world import People


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A clone for the module: evidence cannot be cleared away between tests."""
    with django_db_blocker.unblock(), databases.clone() as name:
        yield name


@pytest.fixture(scope="module")
def officer(house):
    return People().officer.context


@pytest.fixture(scope="module")
def adviser(house):
    return People().adviser.context


def chain_of(context, about):
    """What the asker's agency finds in its chain about an object."""
    with unit_of_work(context):
        entries = AuditEntry.objects.filter(object_id=about).order_by("seq")
        return list(entries)


def told_of(context, about):
    """The same in short: what was done, and whether it was allowed."""
    return [(entry.action, entry.decision) for entry in chain_of(context, about)]
