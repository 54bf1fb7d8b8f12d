"""Loading cases by the batch, on every core, while nobody else does."""

import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Final

import django
from django.db import connections

from demonstration.batches import Batch, load
from demonstration.world import World

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
    """Bring the demonstration to so many cases; yields how many are done, how many were new."""
    batches = [Batch(seed, numbers, now) for numbers in _ranges(cases)]
    if processes == 1 or cases < WORTH_A_PROCESS:
        for batch in batches:
            yield len(batch.numbers), _load(batch)
        return
    # A new process for each core: one that is forked would share this one's connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=django.setup) as pool:
        running = {pool.submit(_load, batch): len(batch.numbers) for batch in batches}
        for done in as_completed(running):
            yield running[done], done.result()


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
