"""A week of the team: a line for each colleague, a cell for each day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from portal.rota import wording
from portal.rota.people import sign_of
from portal.spoken_time import time_of_day
from rota.duty import on_duty, shifts
from rota.models import Leave, LeaveKind, OnCall
from rota.wall_clock import Span, midnight

DAYS: Final = 7
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One day of a colleague, in lines of words; none for a day off."""

    on: date
    is_today: bool
    lines: Sequence[str]


@dataclass(frozen=True)
class Line:
    """A colleague's week. ``now`` says how they stand at this moment, where it matters."""

    name: str
    url: str
    is_on_duty: bool
    now: str
    cells: Sequence[Cell]


def lines(people: Iterable[Membership], monday: date, now: datetime, agency_id: int) -> list[Line]:
    """The week of the colleagues, in the same few queries however many they are."""
    days = [monday + timedelta(days=offset) for offset in range(DAYS)]
    worked = _worked(agency_id, days)
    away = _absences(agency_id, days)
    called = _calls(agency_id, days)
    duty, missing = on_duty(agency_id, now), _missing(agency_id, now)
    return [
        Line(
            name=person.display_name,
            url=reverse("portal:rota_person", args=[sign_of(person.pk)]),
            is_on_duty=person.pk in duty,
            now="On duty now" if person.pk in duty else missing.get(person.pk, ""),
            cells=[
                Cell(
                    on=on,
                    is_today=on == timezone.localdate(now),
                    lines=[*worked[person.pk, on], *called[person.pk, on], *away[person.pk, on]],
                )
                for on in days
            ],
        )
        for person in people
    ]


Said = dict[tuple[int, date], list[str]]


def _worked(agency_id: int, days: Sequence[date]) -> Said:
    """Shifts in words, each on the day it begins on; read a day longer, so that none is cut."""
    said: Said = defaultdict(list)
    window = midnight(days[0] - _A_DAY), midnight(days[-1] + 2 * _A_DAY)
    for shift in shifts(agency_id, *window):
        on = timezone.localdate(shift.starts)
        words = f"{time_of_day(shift.starts)} to {time_of_day(shift.ends)}"
        said[shift.membership_id, on].append(words)
    return said


def _absences(agency_id: int, days: Sequence[date]) -> Said:
    week = (midnight(days[0]), midnight(days[-1] + _A_DAY))
    rows = Leave.objects.filter(agency=agency_id, during__overlap=week).order_by("during")
    return _by_day(rows, days, lambda row: str(LeaveKind(row.kind).label))


def _calls(agency_id: int, days: Sequence[date]) -> Said:
    week = (midnight(days[0]), midnight(days[-1] + _A_DAY))
    rows = OnCall.objects.filter(agency=agency_id, during__overlap=week).order_by("during")
    return _by_day(rows, days, lambda row: "On call")


def _by_day(
    rows: Iterable[Leave | OnCall], days: Sequence[date], what: Callable[[Any], str]
) -> Said:
    said: Said = defaultdict(list)
    for row in rows:
        for on in days:
            day = Span(midnight(on), midnight(on + _A_DAY))
            span = Span(row.during.lower, row.during.upper or day.ends)
            if span.starts < day.ends and day.starts < span.ends:
                said[row.membership_id, on].append(wording.part_of_day(what(row), span, day))
    return said


def _missing(agency_id: int, now: datetime) -> dict[int, str]:
    rows = Leave.objects.filter(agency=agency_id, during__contains=now)
    return {row.membership_id: str(LeaveKind(row.kind).label) for row in rows}
