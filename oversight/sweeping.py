"""Deliveries: made of new checkpoints, sent one at a time, settled in a second transaction."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from audit.models import Checkpoint
from notices.claiming import claim, put_off
from notices.clock import Clock
from oversight.models import Delivery, Holder
from oversight.sending import send
from tenancy.context import Context
from tenancy.work import unit_of_work

BUDGET: Final = timedelta(seconds=25)
LEASE: Final = timedelta(seconds=60)  # a mail server and a name server may each take their time
LATECOMERS: Final = timedelta(minutes=10)
"""A checkpoint may commit later than it says, but not by as long as this."""
logger = logging.getLogger(__name__)


def sweep(at: datetime) -> int:
    """Owe what is new to every holder, and send what is due; how many arrived."""
    clock, sent = Clock(at), 0
    with unit_of_work(Context.system()):
        owe(at=at)
    while clock.elapsed < BUDGET:
        with unit_of_work(Context.system()):
            taken = claim(Delivery.objects.unsent(), at=clock.now, limit=1, lease=LEASE)
        if not taken:
            break
        sent += _deliver(taken[0], clock)
    return sent


def owe(*, at: datetime) -> None:
    """Make a delivery of each checkpoint that a holder was not owed yet, due in their own order."""
    for holder in Holder.objects.current().select_for_update(skip_locked=True).order_by("pk"):
        since = max(holder.added_at, holder.owed_until - LATECOMERS)
        new = Checkpoint.objects.filter(agency_id=holder.chain, at__gte=since, at__lte=at)
        owed = [Delivery(holder=holder, checkpoint=each, available_at=each.at) for each in new]
        Delivery.objects.bulk_create(owed, ignore_conflicts=True)
        holder.owed_until = at
        holder.save(update_fields=["owed_until"])


def _deliver(pk: Any, clock: Clock) -> bool:
    with unit_of_work(Context.system()):
        delivery = Delivery.objects.select_related("holder", "checkpoint").get(pk=pk)
    try:
        send(delivery)
    except (OSError, ValueError) as error:  # named only: texts may hold addresses
        logger.warning("A checkpoint did not arrive: %s.", type(error).__name__)
        _settle(pk, clock.now, arrived=False)
        return False
    _settle(pk, clock.now, arrived=True)
    return True


def _settle(pk: Any, at: datetime, *, arrived: bool) -> None:
    with unit_of_work(Context.system()):
        delivery = Delivery.objects.select_for_update().get(pk=pk)
        if not arrived:
            put_off(delivery, at=at)
        elif delivery.parked_at is None:
            delivery.sent_at, delivery.lease_until = at, None
            delivery.save(update_fields=["sent_at", "lease_until"])
