"""How an area answers, and from when: one version after another, none rewritten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import ProtectedError
from psycopg.types.range import DateRange

from accounts.errors import NotDone
from accounts.models import Agency
from audit.recording import record
from directory.areas import AREAS
from directory.safe_times import SafeWindow, windows_to_json
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.ladder_files import Steps
from visits.models import Programme

LONGEST_TARGET: Final = 168
LONGEST_WINDOW: Final = 336
MOST_ATTEMPTS: Final = 20


@dataclass(frozen=True, kw_only=True)
class NewDesk:
    """Who answers for an area from a day on, and by which policy.

    Hours count from the end of the police visit. Without ``latest_hours`` the visit is due when
    contact is; without ``visiting_hours`` people are visited at all hours.
    """

    area_code: str
    desk: Agency
    starts_on: date
    is_joined: bool = True
    takes_direct: bool = True
    target_hours: int = 24
    earliest_hours: int = 0
    latest_hours: int | None = None
    visiting_hours: Sequence[SafeWindow] = ()
    attempts_expected: int = 3
    ladder: Steps | None = None

    @property
    def visit_by_hours(self) -> int:
        """When the visit is due."""
        return self.target_hours if self.latest_hours is None else self.latest_hours


def set_desk(new: NewDesk) -> Programme:
    """Let a desk answer for an area. The version that runs on that day ends with the day before.

    Clocks that run already keep the version they began under.

    A version that would begin on that very day is replaced, if no referral came under it yet.

    :raises NotDone: for an area that is not ours, a desk that cannot be sent anything, hours that
        contradict each other, or a day before that of a version that is set already.
    """
    with unit_of_work(Context.migration()):
        _refuse_nonsense(new)
        touched = {new.desk.pk, *_made_room_for(new)}
        version = Programme.objects.create(
            area_code=new.area_code,
            period=DateRange(new.starts_on, None),
            is_joined=new.is_joined,
            desk=new.desk,
            takes_direct=new.takes_direct,
            target_hours=new.target_hours,
            earliest_hours=new.earliest_hours,
            latest_hours=new.visit_by_hours,
            visiting_hours=windows_to_json(new.visiting_hours),
            attempts_expected=new.attempts_expected,
            ladder=new.ladder,
        )
        record("set_desk", about=("area", new.area_code), also=touched)
    return version


def _refuse_nonsense(new: NewDesk) -> None:
    if new.area_code not in AREAS:
        raise NotDone(f"{new.area_code} is none of our areas: {', '.join(AREAS)}.")
    if why := next(_contradictions(new), ""):
        raise NotDone(why)
    if not new.desk.is_active:
        raise NotDone(f"{new.desk.name} is suspended.")
    if not Agency.objects.sharing(new.starts_on).filter(pk=new.desk.pk).exists():
        raise NotDone(f"{new.desk.name} has no sharing agreement on {new.starts_on}.")


def _contradictions(new: NewDesk) -> Iterator[str]:
    if not 1 <= new.target_hours <= LONGEST_TARGET:
        yield "The target is between 1 and 168 hours."
    if not new.target_hours <= new.visit_by_hours <= LONGEST_WINDOW:
        yield "The visit is due no earlier than contact is, and within 336 hours."
    if not 0 <= new.earliest_hours < new.visit_by_hours:
        yield "The visit is due after its earliest hour."
    if not 1 <= new.attempts_expected <= MOST_ATTEMPTS:
        yield "Between 1 and 20 attempts are expected."
    if new.is_joined and not new.takes_direct:
        yield "An area that takes no direct referrals is not in the programme."


def _made_room_for(new: NewDesk) -> list[int]:
    """End or replace what runs on that day; whose desks it takes the area from."""
    rows = Programme.objects.select_for_update(of=("self",)).filter(area_code=new.area_code)
    area = AREAS[new.area_code].name
    if later := rows.filter(period__startswith__gt=new.starts_on).first():
        raise NotDone(f"{area} has a desk set from {later.period.lower} already.")
    running = rows.filter(period__contains=new.starts_on).first()
    if running is None:
        return []
    if running.period.lower == new.starts_on:
        _replace(running, area)
    else:
        running.period = DateRange(running.period.lower, new.starts_on)
        running.save(update_fields=["period"])
    return [running.desk_id]


def _replace(version: Programme, area: str) -> None:
    begun = version.period.lower
    try:
        version.delete()
    except ProtectedError:
        raise NotDone(
            f"Referrals came under {area}'s desk set from {begun} already. Choose a later day."
        ) from None
