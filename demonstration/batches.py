"""A batch of cases: told, then saved in one transaction, wholly or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from audit.recording import record
from demonstration import history, today
from demonstration.casebook import Casebook
from demonstration.history import MONTHS, SETTLED
from demonstration.lives import Person, person
from demonstration.moves import link
from demonstration.numbering import References, chance, first_reference
from demonstration.saving import save
from demonstration.stories import Tale
from demonstration.world import World
from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work

AGAIN: Final = frozenset({4, 7, 9})
"""Last digits of the numbers under which somebody comes back."""


@dataclass(frozen=True)
class Batch:
    """Which cases, from which seed, as of when; and whether today's are among them."""

    seed: int
    numbers: Sequence[int]
    now: datetime
    has_today: bool = True


def load(batch: Batch, world: World) -> int:
    """Put those cases of a batch into the database that are not there; returns how many."""
    with unit_of_work(Context.migration()):
        missing = _missing(batch)
        if missing:
            tales = tell_all(replace(batch, numbers=missing), world)
            save([tale.book.rows for tale in tales])
            record(
                "load_demonstration",
                about=("cases", f"{missing[0]}-{missing[-1]}"),
                reason=f"{len(missing)} cases of seed {batch.seed}",
            )
    return len(missing)


def _missing(batch: Batch) -> list[int]:
    """A case is there when its first referral is: references depend on seed and number alone."""
    wanted = {first_reference(batch.seed, number): number for number in batch.numbers}
    there = Referral.objects.filter(reference__in=list(wanted))
    known = set(there.values_list("reference", flat=True))
    return [number for reference, number in wanted.items() if reference not in known]


def tell_all(batch: Batch, world: World) -> list[Tale]:
    """The cases of a batch, in order, not saved."""
    tales: dict[int, Tale] = {}
    for number in batch.numbers:
        tales[number] = _tale(batch, number, world, tales.get(number - 1))
    return list(tales.values())


def _tale(batch: Batch, number: int, world: World, before: Tale | None) -> Tale:
    dice = chance(batch.seed, number)
    book = Casebook(world, dice, References(batch.seed, number), batch.now)
    who = _person(batch, number)
    if batch.has_today and today.is_told_of(number):
        return today.tell((book, number, who))
    began_at = batch.now - SETTLED - dice.random() * MONTHS
    if not (before and _comes_back(number)):
        return history.tell((book, number, who), began_at)
    returned_at = before.book.case.opened_at + timedelta(hours=dice.randint(400, 5000))
    tale = history.tell((book, number, who), min(returned_at, batch.now - SETTLED))
    _link(tale, before)
    return tale


def _comes_back(number: int) -> bool:
    """Whether the person of the case before is told of again: three in ten cases are repeats."""
    return number % 10 in AGAIN and not today.is_told_of(number - 1)


def _person(batch: Batch, number: int) -> Person:
    first = number - 1 if _comes_back(number) else number
    adult_on = (batch.now - MONTHS).date()
    area = today.area_of(number) if batch.has_today else None
    return person(chance(batch.seed, -first - 1), first, adult_on, area)


def _link(tale: Tale, before: Tale) -> None:
    desk, answered_at = tale.book.case.lead_agency_id, tale.referral.answered_at
    first_answered_at = before.referral.answered_at
    if desk is None or desk != before.book.case.lead_agency_id:
        return
    if answered_at and first_answered_at and first_answered_at < answered_at:
        link(tale.book, before.book, desk, answered_at)
