"""Webhooks: an administrator's acts on where their agency's systems are told.

A secret is returned once, kept sealed, and changed with an overlap, so that no call is lost.
"""

from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q
from django.utils import timezone

from accounts.errors import NotDone
from accounts.models import Membership
from accounts.roles import Permission
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
    with unit_of_work(by.context):
        record("add_webhook", about=("membership", system.pk))
        _refuse_others(by, system)
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
    """A new secret; the old one signs beside it for a day.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: if the system is told nowhere.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("renew_webhook", about=("membership", system.pk))
        hook = _theirs(system, by)
        hook.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=at)).update(ends_at=at + OVERLAP)
        return _new_secret(hook)


def end_hook(system: Membership, *, by: Membership) -> None:
    """Call it no more; what is owed to it stays unsent.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: if the system is told nowhere.
    """
    with unit_of_work(by.context):
        record("end_webhook", about=("membership", system.pk))
        hook = _theirs(system, by)
        Hook.objects.filter(pk=hook.pk).update(ended_at=timezone.now())


def send_test(system: Membership, *, by: Membership) -> None:
    """Owe it a call about nothing.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: if the system is told nowhere.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("test_webhook", about=("membership", system.pk))
        hook = _theirs(system, by)
        known = hook.calls.aggregate(last=Max("number"))["last"] or 0
        Call.objects.create(
            agency_id=hook.agency_id,
            hook=hook,
            event_id=uuid4(),
            kind=EventKind.TEST,
            occurred_at=at,
            owed_at=at,
            number=known,
        )


def send_again(system: Membership, *, by: Membership) -> int:
    """Owe anew what was given up on; how many calls.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: if the system is told nowhere.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("replay_webhook", about=("membership", system.pk))
        hook = _theirs(system, by)
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


def _theirs(system: Membership, by: Membership) -> Hook:
    _refuse_others(by, system)
    hook = current(system)
    if hook is None:
        raise NotDone("This system is told nowhere.")
    return hook


def _refuse_others(by: Membership, system: Membership) -> None:
    if not by.has(Permission.ADMINISTER) or system.agency_id != by.agency_id:
        raise PermissionDenied
    if not system.is_client or system.ended_at is not None:
        raise NotDone("That is no system that acts.")
