"""A root and a key service of the test's own."""

from pathlib import Path

import pytest
from django.conf import settings

from vault.inline import InlineKeyd
from vault.keypairs import KeySuite
from vault.providers.local import LocalProvider
from vault.root import load_root


class Clock:
    """A monotonic clock that moves when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def root():
    """The suite's: the database it uses already holds keys wrapped by it."""
    return load_root(Path(settings.ROOT_KEY_FILE), repository=settings.BASE_DIR)


@pytest.fixture
def provider(root):
    return LocalProvider(root)


@pytest.fixture
def keyd(provider, clock):
    return InlineKeyd(provider, suite=KeySuite.XWING, clock=clock)
