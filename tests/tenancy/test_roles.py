"""Making the roles: whose password is whose key, and what a rotation leaves usable."""

from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tenancy import roles
from tenancy.context import Context
from tenancy.roles import ROLES, WEB
from tenancy.work import ContextRefused, unit_of_work
from tests import databases

FIRST = {
    "web": "the first web password",
    "worker": "the first worker password",
    "keyd": "the first keyd password",
}
SECOND = {**FIRST, "web": "the second web password"}
PARTS = "SELECT rolname FROM pg_roles WHERE rolname LIKE %s ORDER BY rolname"


def drop_roles():
    with databases.owner(databases.OWNER["NAME"]) as owner:
        for role in ROLES:
            owner.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role.name)))


@pytest.fixture
def house(django_db_setup, django_db_blocker, settings):
    """A database whose roles are its own: the suite's other runs share theirs."""
    with django_db_blocker.unblock(), databases.clone() as name:
        settings.DATABASE_ROLE_PREFIX = f"pierhead_test_{uuid4().hex[:8]}"
        settings.DATABASE_ROLE_PASSWORDS = FIRST
        with databases.as_owner():
            roles.bring_up_to_date()
        yield name
    drop_roles()


@contextmanager
def signed_in_with(database, password):
    before = dict(connection.settings_dict)
    databases.use(database, WEB.name, password)
    try:
        yield
    finally:
        databases.use(database, before["USER"], before["PASSWORD"])


def become_somebody():
    with unit_of_work(Context.member(agency_id=1, membership_id=1)):
        pass


def test_a_role_signs_in_with_its_password_and_is_believed(house):
    with signed_in_with(house, FIRST["web"]):
        become_somebody()


def test_a_new_password_comes_into_force_together_with_its_key(house, settings):
    settings.DATABASE_ROLE_PASSWORDS = SECOND
    with databases.as_owner():
        roles.bring_up_to_date()

    with signed_in_with(house, SECOND["web"]):
        become_somebody()
    with signed_in_with(house, FIRST["web"]), pytest.raises(Exception, match="authentication"):
        become_somebody()


def test_a_connection_from_before_the_rotation_is_no_longer_believed(house, settings):
    with signed_in_with(house, FIRST["web"]):
        become_somebody()
        with psycopg.connect(databases.owner_url_of(house), autocommit=True) as owner:
            owner.execute(
                "UPDATE tenancy_rolekey SET inner_pad = outer_pad WHERE role = %s", [WEB.name]
            )

        with pytest.raises(ContextRefused):
            become_somebody()


def test_the_server_is_never_told_a_password(house, settings):
    """It would stand in the server's log; and whoever reads it there could sign."""
    seen = []

    def look(execute, statement, parameters, many, context):
        seen.append(f"{statement} {parameters}")
        return execute(statement, parameters, many, context)

    settings.DATABASE_ROLE_PASSWORDS = SECOND
    with databases.as_owner(), connection.execute_wrapper(look):
        roles.bring_up_to_date()

    assert any("ALTER ROLE" in statement for statement in seen)
    assert not [s for s in seen for password in SECOND.values() if password in s]


@pytest.mark.parametrize("password", ["", "fifteen letters"])
def test_a_short_password_stops_the_migration(house, settings, password):
    settings.DATABASE_ROLE_PASSWORDS = {**FIRST, "worker": password}

    with (
        databases.as_owner(),
        pytest.raises(ImproperlyConfigured, match="DATABASE_WORKER_PASSWORD"),
    ):
        roles.bring_up_to_date()

    with signed_in_with(house, FIRST["web"]):
        become_somebody()


def test_a_plan_makes_no_roles(django_db_setup, django_db_blocker, settings, capsys):
    with django_db_blocker.unblock(), databases.clone(), databases.as_owner():
        settings.DATABASE_ROLE_PREFIX = f"pierhead_test_{uuid4().hex[:8]}"

        call_command("migrate", "--plan")
        call_command("migrate", "--check")

        with connection.cursor() as cursor:
            cursor.execute(PARTS, [f"{settings.DATABASE_ROLE_PREFIX}%"])
            assert cursor.fetchall() == []
    assert "Planned operations" in capsys.readouterr().out
