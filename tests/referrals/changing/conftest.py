"""A database of its own for each test: keys are what changes here."""

import pytest

from tests import databases, given
from tests.world import People
from vault.keyd import get_keyd


@pytest.fixture(autouse=True)
def _forget():
    get_keyd.cache_clear()
    yield
    get_keyd.cache_clear()


@pytest.fixture
def house(django_db_setup, django_db_blocker):
    """A database of its own for each test: keys are what changes here."""
    with django_db_blocker.unblock(), databases.clone():
        yield People()


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)
