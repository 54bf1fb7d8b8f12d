"""Ladders that fall due while things break, and what became of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connections
from django.db.models import F, Q

from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import given
from tests.faults.house import House, django_at, wait_for
from tests.world import People
from visits import actions
from visits.models import Rung

HANDS = 4


@dataclass(frozen=True)
class Found:
    """What became of the rungs of a drill, and how late they were told, in seconds."""

    rungs: int
    fired: int
    nobody_told: int
    doubled: int
    lateness: list[float]

    def percentile(self, of_100: int) -> float:
        """How late that many of a hundred were at the most."""
        place = max(0, -(-len(self.lateness) * of_100 // 100) - 1)
        return self.lateness[place]

    @property
    def spoken(self) -> dict[str, object]:
        """For the drill's line."""
        late = [f"{self.percentile(each):.1f}" for each in (50, 99, 100)]
        return {
            "rungs": f"{self.fired} of {self.rungs} fired",
            "told_twice": self.doubled,
            "lateness_p50_p99_most": f"{' / '.join(late)} s",
        }


def put_on_the_clock(number: int) -> list[str]:
    """So many referrals, each with its ladder; their references."""
    officer = People().officer

    def refer(_nth: int) -> str:
        try:
            return actions.refer_after_visit(
                given.details(),
                given.consent(),
                by=officer,
                visit_ended_at=datetime.now(UTC) - timedelta(hours=1),
            ).reference
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(refer, range(number)))


def let_fall_due(house: House, references: list[str], *, seconds: float, dice: Random) -> datetime:
    """Have every rung of these fall due within so many seconds from now; when the last does.

    A follow-up's rungs keep their order, as a ladder's do.
    """
    begins = datetime.now(UTC) + timedelta(seconds=1)
    with django_at(house.owner_url), unit_of_work(Context.migration()):
        for reference in references:
            rungs = Rung.objects.filter(reference=reference).order_by("due_at", "pk")
            moments = sorted(dice.uniform(0, seconds) for _ in range(rungs.count()))
            for rung, moment in zip(list(rungs), moments, strict=True):
                at = begins + timedelta(seconds=moment)
                Rung.objects.filter(pk=rung.pk).update(due_at=at, available_at=at)
    return begins + timedelta(seconds=seconds)


def wait_until_fired(house: House, references: list[str], *, seconds: float) -> None:
    """Return as soon as none of their rungs waits any more."""
    with django_at(house.owner_url):
        wait_for(lambda: not _waiting(references), seconds=seconds)


def found(house: House, references: list[str]) -> Found:
    """What became of them. Late is by the database's clock."""
    with django_at(house.owner_url), unit_of_work(Context.migration()):
        rungs = Rung.objects.filter(reference__in=references)
        fired = rungs.exclude(fired_at=None)
        told = Notice.objects.filter(reference__in=references, kind__startswith="follow_up.")
        copies = Counter(told.values_list("reference", "kind", "recipient_id"))
        late = fired.annotate(late=F("fired_at") - F("due_at")).values_list("late", flat=True)
        return Found(
            rungs=rungs.count(),
            fired=fired.count(),
            nobody_told=fired.filter(told=0).count(),
            doubled=sum(number > 1 for number in copies.values()),
            lateness=sorted(each.total_seconds() for each in late),
        )


def _waiting(references: list[str]) -> int:
    with unit_of_work(Context.migration()):
        waits = Q(fired_at=None, settled_at=None, parked_at=None)
        return Rung.objects.filter(waits, reference__in=references).count()
