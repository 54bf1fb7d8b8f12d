import pytest

from tests.api import systems


@pytest.fixture
def police(people):
    """The force's records system, in a database that forgets."""
    return systems.police()
