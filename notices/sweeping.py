"""Sweeping: working off what is due, slot by slot, from the rows alone.

Each room sweeps its own rows with ``<room>.sweeping.sweep(at)`` and is named in
``settings.SWEEPS``. A nudge through Redis only makes things quicker.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, cast

from django.conf import settings
from django.utils.module_loading import import_string

from notices import delivery, texting, ticks
from notices.clock import Clock, database_now
from notices.posting import Round
from tenancy.context import Context
from tenancy.work import unit_of_work

BUDGET: Final = timedelta(seconds=25)  # a turn is over before the next one begins
Sweep = Callable[[datetime], int]


def sweep(at: datetime) -> int:
    """Deliver the notices that are due; how many were settled.

    Stops when none is left, when the mail server is away, or when the turn is over.
    """
    return _until_done(delivery.deliver_due, at)


def sweep_texts(at: datetime) -> int:
    """Send the texts that are due: a sweep of its own, so that neither channel waits for the
    other."""
    return _until_done(texting.text_due, at)


def _until_done(deliver_due: Callable[..., Round], at: datetime) -> int:
    clock, settled = Clock(at), 0
    while clock.elapsed < BUDGET:
        round_ = deliver_due(at=clock.now)
        settled += round_.settled
        if not round_.goes_on:
            break
    return settled


def sweep_of(job: str) -> Sweep:
    """The sweep of a room."""
    return cast(Sweep, import_string(settings.SWEEPS[job]))


def run(job: str) -> int:
    """Sweep once now, whoever else does."""
    with unit_of_work(Context.system()):
        at = database_now()
    return sweep_of(job)(at)


def run_in_turn(job: str) -> int | None:
    """Sweep if this slot's turn is still to be had; None if somebody had it."""
    with unit_of_work(Context.system()):
        at = database_now()
        turn = ticks.take_turn(job, at=at)
    if turn is None:
        return None
    settled = sweep_of(job)(at)
    with unit_of_work(Context.system()):
        ticks.end_turn(turn, at=database_now())
    return settled
