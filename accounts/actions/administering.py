"""An administrator's acts on the people and systems of their own agency.

The database's functions (migration 0004) decide again who asks and whose row it is; what is checked
here is what can be said in a sentence.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from oauth2_provider.generators import generate_client_id
from oauth2_provider.settings import oauth2_settings

from accounts.actions._checking import checked
from accounts.actions.clients import NewClient, known_scopes
from accounts.actions.joining import GOOD_FOR, Joined, address_of, passphrase
from accounts.errors import NotDone
from accounts.models import Membership, User
from accounts.models.agencies import ROLES_OF
from accounts.roles import Permission, Role
from audit.recording import record
from tenancy.work import unit_of_work


def add_person(*, email: str, name: str, role: str, by: Membership) -> Joined:
    """Let somebody act for the agency of ``by``; the password to hand over, if they are new here.

    :raises PermissionDenied: unless they administer it.
    :raises NotDone: for an address that is none, a role that does not fit, or a member already.
    """
    with unit_of_work(by.context):
        refuse_others(by)
        address = address_of(email)
        _refuse_role(role, by)
        if not name.strip():
            raise NotDone("Say what the person is called.")
        checked(User(email="nobody@example.org", name=name.strip(), password="unset"))  # noqa: S106
        ours = Membership.objects.filter(agency=by.agency_id, ended_at=None)
        if ours.filter(user__email=address).exists():
            raise NotDone(f"{address} is already a member of your agency.")
        one_time = passphrase()
        given = [address, name.strip(), make_password(one_time), timezone.now() + GOOD_FOR, role]
        made, is_new = _call("SELECT * FROM accounts_add_person(%s, %s, %s, %s, %s)", given)
        record("join", about=("membership", made), reason=role)
        membership = Membership.objects.select_related("user").get(pk=made)
    return Joined(membership, one_time if is_new else "")


def give_role(person: Membership, *, role: str, by: Membership) -> None:
    """Let a colleague do other things; their sessions end, so that it holds at once.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for oneself, or a role that does not fit the agency.
    """
    with unit_of_work(by.context):
        record("change_role", about=("membership", person.pk), reason=role)
        refuse_others(by, person)
        _refuse_role(role, by)
        _call("SELECT accounts_change_role(%s, %s)", [person.pk, role])


def end_membership(person: Membership, *, by: Membership) -> None:
    """Somebody has left, or a system is not to act any more: nothing of theirs goes on.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for oneself, or somebody who has left.
    """
    with unit_of_work(by.context):
        record("leave", about=("membership", person.pk))
        refuse_others(by, person)
        _call("SELECT accounts_end_membership(%s)", [person.pk])


def end_sessions(person: Membership, *, by: Membership) -> None:
    """Sign a colleague out everywhere: a phone was lost, or a screen was left open.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    """
    with unit_of_work(by.context):
        record("end_sessions", about=("membership", person.pk))
        refuse_others(by, person)
        _call("SELECT accounts_end_sessions(%s)", [person.pk])


def add_system(*, title: str, scopes: Iterable[str], by: Membership) -> NewClient:
    """Let a system act for the agency, with a secret that is returned once and kept hashed.

    :raises PermissionDenied: unless ``by`` administers it.
    :raises NotDone: without a name, or for a scope that there is not.
    """
    with unit_of_work(by.context):
        refuse_others(by)
        asked = " ".join(known_scopes(scopes))
        named = title.strip()
        if not named:
            raise NotDone("Say what the system is called.")
        checked(Membership(agency_id=by.agency_id, role=Role.CLIENT, title=named))
        secret, client_id = secrets.token_urlsafe(32), generate_client_id()
        given = [named, asked, client_id, _hashed(secret)]
        (made,) = _call("SELECT accounts_add_client(%s, %s, %s, %s)", given)
        record("add_client", about=("membership", made), reason=asked)
        return NewClient(Membership.objects.get(pk=made), client_id, secret)


def renew_secret(system: Membership, *, by: Membership) -> str:
    """A new secret for a system, shown once. What it holds of tokens ends with the old one.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for one that does not act any more.
    """
    with unit_of_work(by.context):
        record("renew_secret", about=("membership", system.pk))
        refuse_others(by, system)
        secret = secrets.token_urlsafe(32)
        _call("SELECT accounts_renew_secret(%s, %s)", [system.pk, _hashed(secret)])
    return secret


def refuse_others(by: Membership, about: Membership | None = None) -> None:
    """Refuse whoever does not administer the agency of the one it is about."""
    if not by.has(Permission.ADMINISTER):
        raise PermissionDenied
    if about is None:
        return
    if about.agency_id != by.agency_id:
        raise PermissionDenied
    if about.pk == by.pk:
        raise NotDone("Ask another administrator: nobody changes their own.")
    if not Membership.objects.filter(pk=about.pk, ended_at=None).exists():
        raise NotDone("They do not act for your agency any more.")


def _refuse_role(role: str, by: Membership) -> None:
    if role not in ROLES_OF[by.agency.kind]:
        raise NotDone("Choose a role that your kind of agency has.")


def _hashed(secret: str) -> str:
    return str(make_password(secret, hasher=oauth2_settings.CLIENT_SECRET_HASHER))


def _call(statement: str, given: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
