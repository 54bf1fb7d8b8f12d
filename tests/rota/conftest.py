"""What the tests of the rota share: rows as the owner puts them, before any action is tried."""

from datetime import UTC, date, datetime, time
from typing import Any

from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from accounts.models import Membership
from directory.safe_times import LONDON
from rota.models import DAY, ExceptionDay, Leave, OnCall, PatternShift, WorkingPattern
from tenancy.work import unit_of_work

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def on_the_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """What a clock in Liverpool shows, as an instant."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def week(*shifts: tuple[int, float, float]) -> list[Int4Range]:
    """Shifts as (weekday, from hour, to hour); hours past 24 run into the next day."""
    return [
        Int4Range(int(day * DAY + starts * 60), int(day * DAY + ends * 60))
        for day, starts, ends in shifts
    ]


WEEKDAYS = week(*((day, 9, 17) for day in range(5)))


def a_pattern(
    of: Membership,
    shifts: list[Int4Range] = WEEKDAYS,
    *,
    starts_on: date = date(2026, 1, 5),
    ends_before: date | None = None,
    share: int = 100,
) -> WorkingPattern:
    """The week somebody works."""
    with unit_of_work(of.context):
        pattern = WorkingPattern.objects.create(
            agency_id=of.agency_id,
            membership=of,
            period=DateRange(starts_on, ends_before),
            full_time_share=share,
            set_by=of,
            set_at=NOW,
        )
        PatternShift.objects.bulk_create(
            PatternShift(pattern=pattern, agency_id=of.agency_id, minutes=minutes)
            for minutes in shifts
        )
    return pattern


def an_exception(of: Membership, on: date, kind: str, hours: Any = None) -> ExceptionDay:
    """A day that differs; hours like ``(20, 24)``."""
    minutes = Int4Range(int(hours[0] * 60), int(hours[1] * 60)) if hours else None
    with unit_of_work(of.context):
        return ExceptionDay.objects.create(
            agency_id=of.agency_id,
            membership=of,
            on=on,
            kind=kind,
            minutes=minutes,
            set_by=of,
            set_at=NOW,
        )


def a_leave(of: Membership, starts: datetime, ends: datetime | None, kind: str = "annual") -> Leave:
    """Time away."""
    with unit_of_work(of.context):
        return Leave.objects.create(
            agency_id=of.agency_id,
            membership=of,
            kind=kind,
            during=TimestamptzRange(starts, ends),
            recorded_by=of,
            recorded_at=NOW,
        )


def on_call(of: Membership, starts: datetime, ends: datetime) -> OnCall:
    """Time on call."""
    with unit_of_work(of.context):
        return OnCall.objects.create(
            agency_id=of.agency_id,
            membership=of,
            during=TimestamptzRange(starts, ends),
            put_by=of,
            put_at=NOW,
        )
