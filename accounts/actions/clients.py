"""Systems: added to an agency with a secret that is shown once."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.actions._checking import checked
from accounts.errors import NotDone
from accounts.models import Agency, Application, Membership
from accounts.roles import Role
from accounts.scopes import SCOPES
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work


@dataclass(frozen=True)
class NewClient:
    """A system's membership, and what it asks for tokens with. The secret is kept only hashed."""

    membership: Membership
    client_id: str
    client_secret: str


def add_client(
    agency: Agency, *, title: str, scopes: Iterable[str], client_id: str = "", secret: str = ""
) -> NewClient:
    """Let a system act for an agency, within scopes, through a membership of its own.

    :raises NotDone: if it has no name, no scope, or a scope that there is not.
    """
    with unit_of_work(Context.migration()):
        asked = known_scopes(scopes)
        if not title.strip():
            raise NotDone("Say what the system is called.")
        client_secret = secret or secrets.token_urlsafe(32)
        membership = checked(Membership(agency=agency, role=Role.CLIENT, title=title))
        membership.save()
        application = Application(
            membership=membership,
            name=title,
            scope=" ".join(asked),
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            client_secret=client_secret,
        )
        application.client_id = client_id or application.client_id
        application.save()
        about = ("membership", membership.pk)
        record("add_client", about=about, reason=application.scope, also=[agency.pk])
    return NewClient(membership, str(application.client_id), client_secret)


def known_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes asked for, in order.

    :raises NotDone: for none, or one that there is not.
    """
    asked = sorted(set(scopes))
    if not asked:
        raise NotDone("Give at least one scope.")
    if unknown := [scope for scope in asked if scope not in SCOPES]:
        raise NotDone(f"There is no scope {unknown[0]}. There are: {', '.join(SCOPES)}.")
    return asked
