"""Waking people: each rung of the ladder fires once, in the worker, from the rows alone."""

import logging
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from notices import outbox
from notices.claiming import put_off
from notices.clock import Clock
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits import alarms, firing
from visits.holidays import warn_of_table_end
from visits.models import Rung
from visits.staffing import Staffing
from visits.standing_down import end_without_access

BITE: Final = 500
BUDGET: Final = timedelta(seconds=25)
logger = logging.getLogger(__name__)


class Bitten(NamedTuple):
    """What one bite came to: how many rungs it took, how many fired, and how many were told."""

    taken: int
    fired: int
    told: int


def sweep(at: datetime) -> int:
    """Fire the rungs that are due; returns how many were settled.

    A bite that fails is undone and taken again in smaller pieces, until the one rung that is to
    blame is alone; that one is put off, and at last parked, and has held up none of the others.
    """
    warn_of_table_end(at)
    alarms.tell_of_lost_pages(at=at)
    with unit_of_work(Context.system()):
        end_without_access(None, at=at)  # first, so that nobody is woken for what is over
    clock, staffing, size, settled, told = Clock(at), Staffing(at), BITE, 0, 0
    while clock.elapsed < BUDGET:
        bitten = _bite(size, staffing, at=clock.now)
        if not bitten.taken:
            break
        settled, told = settled + bitten.fired, told + bitten.told
        size = min(2 * size, BITE) if bitten.fired else max(1, bitten.taken // 8)
    if told:
        outbox.doorbell.ring_for_all()
    return settled


def _bite(size: int, staffing: Staffing, *, at: datetime) -> Bitten:
    """Take, decide, tell and settle, in one transaction."""
    with unit_of_work(Context.system()):
        due = firing.take(size, at=at)
        if not due:
            return Bitten(0, 0, 0)
        try:
            with unit_of_work(Context.system()):
                staff = staffing.of(each.agency_id for each in due)
                told = firing.fire([each.rung for each in due], staff, at=at)
                alarms.follow_on([each.rung for each in due if each.kind in alarms.FOLLOWED], at=at)
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is one rung's and not all's
            if len(due) == 1:
                _put_off(due[0], error, at=at)
            else:
                logger.warning(
                    "A bite of %s could not be fired: %s.", len(due), type(error).__name__
                )
            return Bitten(len(due), 0, 0)
    return Bitten(len(due), len(due), told)


def _put_off(due: firing.Due, error: Exception, *, at: datetime) -> None:
    logger.error("%s could not be fired: %s.", due.rung, type(error).__name__)
    rung = Rung.objects.get(pk=due.rung)
    rung.attempts += 1
    rung.save(update_fields=["attempts"])
    put_off(rung, at=at)
