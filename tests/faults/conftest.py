"""A house to break."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import house as building
from tests.faults.house import SECRET, House
from tests.faults.systems import System
from tests.world import CLIENT_ID, CLIENT_SECRET, People


@pytest.fixture(scope="module")
def house(root_key: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[House]:
    """Servers of the module's own; programs are started by the tests."""
    with django_db_blocker.unblock(), building.house(root_key.parent) as built:
        yield built


@pytest.fixture
def open_house(house: House) -> House:
    """The same, with the web serving."""
    if house.web.has_ended:
        house.start(house.web)
    return house


@pytest.fixture
def police(house: House) -> System:
    """The force's records system; it signs in when the web serves."""
    return System(house.port, CLIENT_ID, CLIENT_SECRET)


@pytest.fixture
def desk(house: House) -> System:
    """The IDVA service's case system."""
    return System(house.port, "liverpool-idva", SECRET)


@pytest.fixture
def people(house: House) -> People:
    """The members of the house's world."""
    return People()
