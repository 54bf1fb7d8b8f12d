"""A root and a key service of the test's own."""

import pytest

from vault.inline import InlineKeyd
from vault.keypairs import KeySuite
from vault.providers.local import LocalProvider
from vault.root import RootKey


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
    return RootKey(bytes.fromhex("c3" * 16 + "5a" * 16))


@pytest.fixture
def provider(root):
    return LocalProvider(root)


@pytest.fixture
def keyd(provider, clock):
    return InlineKeyd(provider, suite=KeySuite.XWING, clock=clock)
