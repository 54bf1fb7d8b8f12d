"""Waking people: each rung of the ladder fires once, in the worker, from the rows alone."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from notices import outbox
from notices.claiming import put_off
from notices.clock import Clock
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits import alarms, firing
from visits.firing import Fired
from visits.holidays import warn_of_table_end
from visits.models import Rung
from visits.staffing import Watch, watch_of
from visits.standing_down import end_without_access

BITE: Final = 500
BUDGET: Final = timedelta(seconds=25)
logger = logging.getLogger(__name__)


def sweep(at: datetime) -> int:
    """Fire the rungs that are due; returns how many were settled.

    A bite that fails is undone and taken again in smaller pieces, until the one rung that is to
    blame is alone; that one is put off, and at last parked, and has held up none of the others.
    """
    warn_of_table_end(at)
    alarms.tell_of_lost_pages(at=at)
    with unit_of_work(Context.system()):
        end_without_access(None, at=at)  # first, so that nobody is woken for what is over
        watch = watch_of(firing.agencies_due(at=at), at)
    clock, size, settled, told = Clock(at), BITE, 0, 0
    while clock.elapsed < BUDGET:
        bite = _bite if size > 1 else _one
        fired = bite(watch, size, at=clock.now)
        if fired is None:
            size = max(1, size // 8)
            continue
        if not fired.rungs:
            break
        settled, told, size = settled + fired.rungs, told + fired.told, min(2 * size, BITE)
    if told:
        outbox.doorbell.ring_for_all()
    return settled


def _bite(watch: Watch, size: int, *, at: datetime) -> Fired | None:
    """Take, decide, tell and settle, in one transaction; None if it could not be."""
    try:
        with unit_of_work(Context.system()):
            return _fire(watch, size, at=at)
    except Exception as error:  # noqa: BLE001 -- whatever it was, it is one rung's and not all's
        logger.warning("A bite of %s could not be fired: %s.", size, type(error).__name__)
        return None


def _one(watch: Watch, size: int, *, at: datetime) -> Fired | None:
    """The one that is due the longest; put off, and None, if it could not be fired."""
    with unit_of_work(Context.system()):
        rung = firing.next_due(watch, at=at)
        if rung is None:
            return Fired(0, 0, [])
        try:
            with unit_of_work(Context.system()):
                return _fire(watch, size, at=at, only=rung)
        except Exception as error:  # noqa: BLE001 -- it is this one's, whatever it was
            _put_off(rung, error, at=at)
            return None


def _fire(watch: Watch, size: int, *, at: datetime, only: UUID | None = None) -> Fired:
    fired = firing.fire(watch, size, at=at, only=only)
    alarms.follow_on(fired.followed, at=at)
    return fired


def _put_off(pk: UUID, error: Exception, *, at: datetime) -> None:
    logger.error("%s could not be fired: %s.", pk, type(error).__name__)
    rung = Rung.objects.get(pk=pk)
    rung.attempts += 1
    rung.save(update_fields=["attempts"])
    put_off(rung, at=at)
