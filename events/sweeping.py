"""Events get their numbers, and webhooks their calls: in the worker, from the rows alone.

A call is claimed and committed, made without a transaction, and settled in a second one. Calls go
out side by side, one to a webhook at a time, so that one that does not answer keeps nobody waiting
for longer than a call may take.
"""

import json
import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Membership
from accounts.roles import Permission
from events.kinds import EventKind
from events.models import KEPT_FOR, Call, Event, EventHead, Hook
from notices.claiming import Parking, back_off, claim, park
from notices.clock import Clock
from notices.outbox import owe
from notices.webhooks import post
from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.errors import CannotOpen
from vault.webhooks import signature_header

BUDGET: Final = timedelta(seconds=25)
LEASE: Final = timedelta(seconds=60)
AT_ONCE: Final = 8
NUMBERED_AT_ONCE: Final = 500
TRIED_FOR: Final = timedelta(days=3)
LONGEST_REST: Final = timedelta(minutes=5)
"""A webhook that failed is let alone for so long at most; each call waits longer and longer."""
FAILING: Final = "webhook.given_up"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parcel:
    """A call, ready to go: nothing of it is asked of the database any more."""

    call_id: UUID
    address: str
    body: bytes
    hook_id: UUID
    secrets: tuple[bytes, ...]


def sweep(at: datetime) -> int:
    """Number what is new, forget what is old, and call; how many calls arrived."""
    number_new(at=at)
    with unit_of_work(Context.system()):
        Event.objects.filter(occurred_at__lt=at - KEPT_FOR, position__isnull=False).delete()
        Call.objects.filter(owed_at__lt=at - KEPT_FOR).delete()
        _drop_what_was_taken_back()
    return call_due(at)


def _drop_what_was_taken_back() -> None:
    """Of a referral that was withdrawn, nothing earlier is told late: that it was withdrawn is."""
    later = Call.objects.filter(
        hook=OuterRef("hook"),
        reference=OuterRef("reference"),
        kind=EventKind.WITHDRAWN,
        number__gt=OuterRef("number"),
    )
    Call.objects.unsent().filter(Exists(later)).delete()


def number_new(*, at: datetime) -> int:
    """Give every event that has none its place, agency by agency, and owe it to their webhooks."""
    with unit_of_work(Context.system()):
        new = Event.objects.filter(position=None).values_list("agency_id", flat=True).distinct()
        agencies = list(new.order_by("agency_id"))
    numbered = 0
    for agency_id in agencies:
        found = NUMBERED_AT_ONCE
        while found == NUMBERED_AT_ONCE:
            with unit_of_work(Context.system()):
                found = _number(agency_id, at)
            numbered += found
    return numbered


def _number(agency_id: int, at: datetime) -> int:
    EventHead.objects.get_or_create(agency_id=agency_id)
    head = EventHead.objects.select_for_update().get(agency_id=agency_id)
    new = Event.objects.filter(agency=agency_id, position=None).order_by("occurred_at", "id")
    events = list(new[:NUMBERED_AT_ONCE])
    for event in events:
        head.position += 1
        event.position = head.position
    Event.objects.bulk_update(events, ["position"])
    head.save(update_fields=["position"])
    hooks = Hook.objects.current().filter(agency=agency_id)
    Call.objects.bulk_create(
        Call(
            agency_id=agency_id,
            hook=hook,
            event_id=event.pk,
            kind=event.kind,
            reference=event.reference,
            occurred_at=event.occurred_at,
            number=event.position or 0,
            owed_at=at,
            available_at=at,
        )
        for hook in hooks
        for event in events
    )
    return len(events)


def call_due(at: datetime) -> int:
    """Make the calls that are due, round by round; how many arrived."""
    clock, arrived = Clock(at), 0
    while clock.elapsed < BUDGET:
        parcels = _taken(clock.now)
        if not parcels:
            break
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(_call, parcels))
        for parcel, answer in zip(parcels, answers, strict=True):
            arrived += _settle(parcel.call_id, answer, clock.now)
    return arrived


def _taken(at: datetime) -> list[Parcel]:
    """One call for each of the webhooks that have waited longest."""
    due = Call.objects.next_of_their_case().filter(available_at__lte=at, hook=OuterRef("pk"))
    rested = Q(resting_until=None) | Q(resting_until__lte=at)
    with unit_of_work(Context.system()):
        waiting = Hook.objects.current().filter(rested, Exists(due))
        hooks = list(waiting.order_by(F("answered_at").asc(nulls_first=True), "pk")[:AT_ONCE])
        taken = [
            pk
            for hook in hooks
            for pk in claim(
                Call.objects.next_of_their_case().filter(hook=hook), at=at, limit=1, lease=LEASE
            )
        ]
    with unit_of_work(Context.system()):
        calls = Call.objects.filter(pk__in=taken).select_related("hook")
        return [_parcel(call, at) for call in calls.prefetch_related("hook__secrets")]


def _parcel(call: Call, at: datetime) -> Parcel:
    said = {
        "id": str(call.event_id),
        "type": call.kind,
        "reference": call.reference,
        "occurred_at": call.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    good = [each for each in call.hook.secrets.all() if each.ends_at is None or each.ends_at > at]
    return Parcel(
        call_id=call.pk,
        address=call.hook.address,
        body=json.dumps(said, separators=(",", ":")).encode(),
        hook_id=call.hook_id,
        secrets=tuple(bytes(each.sealed) for each in good),
    )


def _call(parcel: Parcel) -> str:
    """Sign it now and send it; the answer's three digits, or what went wrong. Never raises."""
    try:
        return post(parcel.address, parcel.body, _signed(parcel)) or "no answer"
    except (OSError, ValueError, CannotOpen) as failure:
        return type(failure).__name__


def _signed(parcel: Parcel) -> Mapping[str, str]:
    message_id, at = f"msg_{parcel.call_id.hex}", int(time.time())
    signature = signature_header(
        str(parcel.hook_id), parcel.secrets, message_id=message_id, at=at, body=parcel.body
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature,
    }


def _settle(pk: UUID, answer: str, at: datetime) -> bool:
    has_arrived = answer.startswith("2")
    with unit_of_work(Context.system()):
        call = Call.objects.select_for_update().filter(pk=pk, sent_at=None).first()
        if call is None or call.parked_at is not None:
            return False
        hook = Hook.objects.select_for_update().get(pk=call.hook_id)
        call.last_answer = hook.last_answer = answer[:40]
        if has_arrived:
            call.sent_at, call.lease_until = at, None
            hook.failures, hook.resting_until, hook.answered_at = 0, None, at
            hook.failed_at = None
        else:
            _put_off(call, hook, at)
        call.save(update_fields=["last_answer", "sent_at", "lease_until", "available_at"])
        hook.save()
    return has_arrived


def _put_off(call: Call, hook: Hook, at: datetime) -> None:
    hook.failures += 1
    hook.failed_at = hook.failed_at or at
    hook.resting_until = at + min(back_off(min(hook.failures, 10)), LONGEST_REST)
    call.lease_until, call.available_at = None, at + back_off(min(call.attempts, 10))
    logger.warning("A webhook did not take a call: %s.", hook.last_answer)
    if at - call.owed_at > TRIED_FOR:
        park(call, at=at, why=Parking.FAILED)
        told = Membership.objects.holding(Permission.ADMINISTER).filter(agency=call.agency_id)
        people = told.exclude(user=None)
        owe(people, kind=FAILING, reference="", dedupe=f"{hook.pk}:{FAILING}:{at:%Y%m%d}")
