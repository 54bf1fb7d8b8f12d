"""Loading cases by the batch, on every core, while nobody else does."""

import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Final

from django.db import connections

from demonstration.batches import Batch, load
from demonstration.processes import begin
from demonstration.world import World
from referrals.models import Case
from tenancy.context import Context
from tenancy.work import unit_of_work

SIZE: Final = 500
WORTH_A_PROCESS: Final = 4 * SIZE
"""Below this, starting other processes takes longer than they save."""
_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtext('pierhead demonstration'))"


class AlreadyLoading(RuntimeError):
    """Somebody else is loading the demonstration into this database."""


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second run out, by a lock of a transaction on a connection of its own.

    :raises AlreadyLoading: if it is a second run.
    """
    guard = connections.create_connection("default")
    try:
        guard.set_autocommit(False)
        with guard.cursor() as cursor:
            cursor.execute(_LOCK)
            if not cursor.fetchone()[0]:
                raise AlreadyLoading("The demonstration is being loaded already.")
        yield
    finally:
        guard.rollback()
        guard.close()


def load_cases(
    cases: int, *, seed: int, now: datetime, processes: int
) -> Iterator[tuple[int, int]]:
    """Bring a seed to so many cases; yields how many are done, how many of them were new.

    The first batch comes first. It holds the cases of today, unless there are cases already:
    twice the same day would book the same people twice.
    """
    _world.cache_clear()
    has_today = not _has_cases()
    batches = [Batch(seed, numbers, now, has_today) for numbers in _ranges(cases)]
    for batch in batches[:1] if cases >= WORTH_A_PROCESS and processes > 1 else batches:
        yield len(batch.numbers), _load(batch)
    if cases >= WORTH_A_PROCESS and processes > 1:
        yield from _load_beside(batches[1:], processes)


def _load_beside(batches: list[Batch], processes: int) -> Iterator[tuple[int, int]]:
    """On new processes, for one that is forked would share this one's connections.

    Whoever stops it waits for the batches in hand; those not begun are not begun.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=begin)
    try:
        running = {pool.submit(_load, batch): len(batch.numbers) for batch in batches}
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _has_cases() -> bool:
    with unit_of_work(Context.migration()):
        return Case.objects.exists()


def _ranges(cases: int) -> Iterator[range]:
    for first in range(0, cases, SIZE):
        yield range(first, min(first + SIZE, cases))


def _load(batch: Batch) -> int:
    """One batch, without the collector looking through thousands of rows that are all in use."""
    gc.disable()
    try:
        return load(batch, _world())
    finally:
        gc.enable()
        gc.collect()


@cache
def _world() -> World:
    return World.read()
