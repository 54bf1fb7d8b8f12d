"""Claiming: how every sweep of the house takes rows that are due, so that none is taken twice.

Take and commit; work; settle in a second transaction. Nothing slow happens under a lock, and a
worker that dies in between leaves only a lease, which runs out. Tries count, and so do deaths.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

LEASE: Final = timedelta(seconds=15)  # runs out before the sweep after next
MOST_CRASHES: Final = 5
MOST_ATTEMPTS: Final = 20  # with the back-off below, about fourteen hours
FIRST_BACK_OFF: Final = timedelta(seconds=30)
LONGEST_BACK_OFF: Final = timedelta(hours=1)
logger = logging.getLogger(__name__)


class Parking(models.TextChoices):
    """Why a row is left alone until a person has looked at it."""

    CRASHED = "crashed", "Workers died over it"
    FAILED = "failed", "Tried too often"
    LEFT = "left", "The recipient has left"


class Claimable(models.Model):
    """A row that a sweep works off: when it may be tried, and how that went so far."""

    available_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    parked_for = models.CharField(max_length=10, choices=Parking, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_parked_for_a_reason",
                condition=Q(parked_at=None, parked_for="")
                | Q(parked_at__isnull=False, parked_for__in=Parking.values, lease_until=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


def claim(
    queryset: QuerySet[Any], *, at: datetime, limit: int, lease: timedelta = LEASE
) -> list[Any]:
    """Take up to ``limit`` due rows of ``queryset``; their primary keys.

    Rows somebody else holds are passed over. A row whose holder died counts a crash, and is from
    then on taken alone and after the others, so that what kills workers takes nothing along with
    it; at the fifth crash it is parked. Commit before working, then settle every row taken.
    """
    until = at + lease
    due = queryset.filter(available_at__lte=at, parked_at=None)
    sound = due.filter(lease_until=None, crashes=0).order_by("available_at", "pk")
    suspect = due.filter(Q(lease_until=None, crashes__gt=0) | Q(lease_until__lte=at))
    suspect = suspect.order_by("crashes", "available_at", "pk")  # who died of it least, first
    if taken := [pk for pk, _ in _take(sound[:limit], at, until)]:
        return taken
    for pk, is_parked in _one_by_one(suspect, at, until):
        if not is_parked:
            return [pk]
        logger.error("%s %s is parked: workers died over it.", queryset.model.__name__, pk)
    return []


def claim_along(queryset: QuerySet[Any], *, at: datetime, limit: int) -> list[Any]:
    """Take what is due of ``queryset`` together with rows taken already; their primary keys.

    For rows that stand or fall with those: unlike :func:`claim` it keeps nothing apart.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    due = queryset.filter(free, available_at__lte=at, parked_at=None).order_by("available_at", "pk")
    return [pk for pk, is_parked in _take(due[:limit], at, at + LEASE) if not is_parked]


def back_off(attempts: int) -> timedelta:
    """How long to wait after a number of failed tries: doubling from 30 seconds to an hour."""
    return min(FIRST_BACK_OFF * (1 << attempts - 1), LONGEST_BACK_OFF)


def put_off(row: Claimable, *, at: datetime) -> None:
    """Settle a row that failed: try again later, or, after twenty tries, park it."""
    if row.attempts >= MOST_ATTEMPTS:
        park(row, at=at, why=Parking.FAILED)
        return
    row.lease_until, row.available_at = None, at + back_off(row.attempts)
    row.save(update_fields=["lease_until", "available_at"])


def park(row: Claimable, *, at: datetime, why: Parking) -> None:
    """Settle a row that is not to be tried again before a person has looked at it."""
    row.lease_until, row.parked_at, row.parked_for = None, at, why
    row.save(update_fields=["lease_until", "parked_at", "parked_for"])
    logger.error("%s is parked: %s.", row, why.label.lower())


def give_back(queryset: QuerySet[Any]) -> None:
    """Settle rows that were taken but not begun: they are due as before."""
    queryset.update(lease_until=None, attempts=F("attempts") - 1)


def _one_by_one(due: QuerySet[Any], at: datetime, until: datetime) -> Iterator[tuple[Any, bool]]:
    while taken := _take(due[:1], at, until):
        yield from taken


# ARRAY() has the rows picked once. A plain IN may be planned as a join that picks anew for every
# row it looks at, and then takes more than the limit.
_TAKE: Final = """
UPDATE {table} SET
    attempts = attempts + 1,
    crashes = crashes + (lease_until IS NOT NULL)::int,
    parked_at = CASE WHEN {is_poison} THEN %s::timestamptz END,
    parked_for = CASE WHEN {is_poison} THEN %s ELSE '' END,
    lease_until = CASE WHEN {is_poison} THEN NULL ELSE %s::timestamptz END
WHERE {key} = ANY (ARRAY({due}))
RETURNING {key}, parked_at IS NOT NULL
"""
_IS_POISON: Final = f"lease_until IS NOT NULL AND crashes + 1 >= {MOST_CRASHES}"


def _take(due: QuerySet[Any], at: datetime, until: datetime) -> list[tuple[Any, bool]]:
    meta = due.query.get_meta()
    pickable = due.values("pk").select_for_update(skip_locked=True)
    picked, parameters = pickable.query.sql_with_params()
    statement = _TAKE.format(
        table=connection.ops.quote_name(meta.db_table),
        key=connection.ops.quote_name(str(meta.pk.column)),
        is_poison=_IS_POISON,
        due=picked,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [at, Parking.CRASHED, until, *parameters])
        taken: list[tuple[Any, bool]] = cursor.fetchall()
    return taken
