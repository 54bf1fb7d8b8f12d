"""Webhooks: an administrator's acts on where their agency's systems are told.

A secret is returned once, kept sealed, and changed with an overlap, so that no call is lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from accounts.actions.administering import refuse_others
from accounts.errors import NotDone
from accounts.models import Membership
from audit.recording import record
from events.kinds import EventKind
from events.models import Call, Hook, HookSecret
from notices.webhooks import AddressRefused, resolve
from tenancy.work import unit_of_work
from vault.webhooks import MadeSecret, make_secret

OVERLAP: Final = timedelta(hours=24)
"""So long the old secret signs beside the new one."""
READS_EVENTS: Final = "event:read"


def add_hook(system: Membership, *, address: str, by: Membership) -> MadeSecret:
    """Call a system at an address from now on; what to check the calls with, told once.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for an address that is none, or a system that may not read events.
    """
    with _acting("add_webhook", system, by):
        if READS_EVENTS not in system.application.scopes:
            raise NotDone("This system may not read what happened. Add one that may.")
        try:
            resolve(address)
        except AddressRefused as refused:
            raise NotDone(str(refused)) from refused
        if current(system) is not None:
            raise NotDone("This system is told somewhere already. Stop that first.")
        hook = Hook.objects.create(agency_id=by.agency_id, client=system, address=address)
        return _new_secret(hook)


def renew_hook_secret(system: Membership, *, by: Membership) -> MadeSecret:
    """A new secret; the old one signs beside it for a day. Refuses as :func:`end_hook` does."""
    at = timezone.now()
    with _acting("renew_webhook", system, by):
        hook = _theirs(system)
        hook.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=at)).update(ends_at=at + OVERLAP)
        return _new_secret(hook)


def end_hook(system: Membership, *, by: Membership) -> None:
    """Call it no more; what is owed to it stays unsent.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: if the system is told nowhere.
    """
    with _acting("end_webhook", system, by):
        Hook.objects.filter(pk=_theirs(system).pk).update(ended_at=timezone.now())


def send_test(system: Membership, *, by: Membership) -> None:
    """Owe it a call about nothing. Refuses as :func:`end_hook` does."""
    at = timezone.now()
    with _acting("test_webhook", system, by):
        hook = _theirs(system)
        Call.objects.create(
            agency_id=hook.agency_id,
            hook=hook,
            event_id=uuid4(),
            kind=EventKind.TEST,
            occurred_at=at,
            owed_at=at,
            number=0,
        )


def send_again(system: Membership, *, by: Membership) -> int:
    """Owe anew what was given up on; how many calls. Refuses as :func:`end_hook` does."""
    at = timezone.now()
    with _acting("replay_webhook", system, by):
        hook = _theirs(system)
        given_up = hook.calls.filter(sent_at=None).exclude(parked_at=None)
        Hook.objects.filter(pk=hook.pk).update(resting_until=None, failures=0)
        return given_up.update(
            parked_at=None, parked_for="", attempts=0, crashes=0, owed_at=at, available_at=at
        )


def current(system: Membership) -> Hook | None:
    """Where a system is told, if it is."""
    return Hook.objects.filter(client=system, ended_at=None).first()


def _new_secret(hook: Hook) -> MadeSecret:
    made = make_secret(str(hook.pk))
    HookSecret.objects.create(
        agency_id=hook.agency_id, hook=hook, sealed=made.sealed, public_key=made.public_key
    )
    return made


@contextmanager
def _acting(deed: str, system: Membership, by: Membership) -> Iterator[None]:
    """One act of an administrator's on a system of theirs that still acts, on record."""
    with unit_of_work(by.context):
        record(deed, about=("membership", system.pk))
        refuse_others(by, system)
        if not system.is_client or system.ended_at is not None:
            raise NotDone("That is no system that acts.")
        yield


def _theirs(system: Membership) -> Hook:
    hook = current(system)
    if hook is None:
        raise NotDone("This system is told nowhere.")
    return hook
