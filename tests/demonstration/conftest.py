"""The demonstration as a test meets it: a database with nothing else, loaded once a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import Membership
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases

CASES = 120


@contextmanager
def nobodys_database() -> Iterator[str]:
    """A clone of the suite's template without the suite's own people."""
    with databases.clone() as name:
        with databases.owner(name) as connection:
            connection.execute("TRUNCATE accounts_agency, accounts_user CASCADE")
        yield name


@contextmanager
def at_the_owners() -> Iterator[None]:
    """As the owner of the database, who may see everything."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        yield


def demo(*options: str) -> None:
    """Run the command as an operator does."""
    with databases.as_owner():
        call_command("demo", *options, "--processes", "1")


@pytest.fixture
def empty(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database without any agency."""
    with django_db_blocker.unblock(), nobodys_database() as name:
        yield name


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database with a small demonstration. Tests that change it do so to cases of their own."""
    with django_db_blocker.unblock(), nobodys_database() as name:
        demo("--cases", str(CASES))
        yield name


@pytest.fixture(scope="session", autouse=True)
def demonstration_file(tmp_path_factory) -> Path:
    """Where the demonstration is written down; never over a developer's own."""
    settings.DEMONSTRATION_FILE = tmp_path_factory.mktemp("demonstration") / "var" / "demo.json"
    return settings.DEMONSTRATION_FILE


def member_called(address: str) -> Membership:
    """Somebody of the demonstration, by where they sign in (``adviser@liverpool-idva``)."""
    members = Membership.objects.select_related("agency", "user")
    return members.get(user__email=f"{address}.example.org")


@pytest.fixture(scope="module")
def founded(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database with the demonstration's people and no case."""
    with django_db_blocker.unblock(), nobodys_database() as name:
        demo("--cases", "0")
        yield name
