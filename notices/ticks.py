"""Turns: time is cut into slots, and each sweep has one turn a slot, whoever asks for it.

Beats, and ``manage.py sweep --loop``, only knock; they may be many, late, or frozen and revived.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Max

from notices.models import Tick

SLOT: Final = timedelta(seconds=30)
KNOCKS_EVERY: Final = timedelta(seconds=5)  # so that no slot is missed by a clock that drifts
KEPT: Final = timedelta(days=1)


def take_turn(job: str, *, at: datetime) -> Tick | None:
    """The turn of ``job`` in the slot of ``at``, unless somebody has it. Commit to keep it."""
    length = slot_of(job)
    slot = int(at.timestamp() // length.total_seconds())
    turn, is_ours = Tick.objects.get_or_create(job=job, slot=slot, defaults={"started_at": at})
    if not is_ours:
        return None
    Tick.objects.filter(job=job, slot__lt=slot - KEPT // length).delete()
    return turn


def end_turn(turn: Tick, *, at: datetime) -> None:
    """Note that a sweep came to its end."""
    turn.finished_at = at
    turn.save(update_fields=["finished_at"])


def last_sweep(job: str) -> datetime | None:
    """When ``job`` last came to its end: the pulse of the workers."""
    last: datetime | None = Tick.objects.filter(job=job).aggregate(last=Max("finished_at"))["last"]
    return last


def slot_of(job: str) -> timedelta:
    """How long a slot of a sweep is."""
    seconds: float | None = settings.SWEEP_EVERY.get(job)
    return timedelta(seconds=seconds) if seconds else SLOT
