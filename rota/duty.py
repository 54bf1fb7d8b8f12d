"""Who works when, who can be woken now, and what each adviser brings.

What the planner, the desk and the ladders ask. Each answer costs the same few queries, however
many people an agency has. Only current members who visit are in it: whoever has left, or may not
sign in, works no shift and is woken by nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership
from accounts.roles import Permission
from directory.abilities import ENGLISH, AdviserGender
from directory.safe_times import LONDON
from rota.models import (
    DAY,
    LONGEST,
    AdviserAbilities,
    ExceptionDay,
    Leave,
    OnCall,
    PatternShift,
    WorkingPattern,
)
from rota.travel import travel_minutes
from rota.wall_clock import Span, at_minute, joined, within, without

__all__ = [
    "Abilities",
    "Shift",
    "abilities",
    "advisers",
    "away",
    "keeps_rota",
    "on_duty",
    "shifts",
    "travel_minutes",
]

_A_MOMENT: Final = timedelta(microseconds=1)
_LONGEST_SHIFT: Final = timedelta(minutes=LONGEST)


class Shift(NamedTuple):
    """A stretch of time somebody works, in UTC; leave has been cut out of it."""

    membership_id: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Abilities:
    """What an adviser brings, in codes."""

    areas: frozenset[str]
    languages: frozenset[str]
    gender: str
    specialisms: frozenset[str]
    may_visit_alone: bool


def advisers(agency_id: int) -> QuerySet[Membership]:
    """The people of an agency a rota is kept of: current members who visit."""
    visiting = Membership.objects.holding(Permission.VISIT)
    return visiting.filter(agency=agency_id).exclude(user=None)


def shifts(agency_id: int, begins: datetime, ends: datetime) -> list[Shift]:
    """What is worked between two instants, in order; a shift is cut off where the window ends."""
    window = Span(begins, ends)
    people = set(advisers(agency_id).values_list("pk", flat=True))
    worked = _worked(agency_id, window)
    gone = _away(agency_id, window)
    left = (
        Shift(person, *span)
        for person in people
        for span in within(without(worked[person], gone[person]), window)
    )
    return sorted(left, key=lambda shift: (shift.starts, shift.membership_id))


def on_duty(agency_id: int, at: datetime) -> frozenset[int]:
    """Whom one can reach at an instant: at work or on call, and not on leave."""
    at_work = {shift.membership_id for shift in shifts(agency_id, at, at + _A_MOMENT)}
    called = OnCall.objects.filter(agency=agency_id, during__contains=at)
    gone = Leave.objects.filter(agency=agency_id, during__contains=at)
    on_call = called.filter(membership__in=advisers(agency_id)).exclude(
        membership__in=gone.values("membership")
    )
    return frozenset(at_work | set(on_call.values_list("membership", flat=True)))


def away(agency_id: int, window: Span) -> Mapping[int, list[Span]]:
    """By person, the time on leave that touches a window, of whatever kind, in whole stretches.
    Open sickness lasts until the window ends."""
    return {person: joined(spans) for person, spans in _away(agency_id, window).items()}


def keeps_rota(agency_id: int) -> bool:
    """Whether the agency says who works when. Of one that does not, nobody is known to be off."""
    now = timezone.now()
    people = advisers(agency_id).values("pk")
    patterns = WorkingPattern.objects.filter(
        agency=agency_id, membership__in=people, period__contains=timezone.localdate(now)
    )
    called = OnCall.objects.filter(
        agency=agency_id, membership__in=people, during__endswith__gt=now
    )
    return patterns.exists() or called.exists()


def abilities(agency_id: int) -> Mapping[int, Abilities]:
    """What each current adviser brings. Of whom nothing is recorded: the agency's own areas,
    English, and no visit alone."""
    people = advisers(agency_id).values_list("pk", flat=True)
    recorded = {row.pk: row for row in AdviserAbilities.objects.filter(agency=agency_id)}
    areas = Agency.objects.filter(pk=agency_id).values_list("areas", flat=True).first() or []
    unsaid = Abilities(
        areas=frozenset(areas),
        languages=frozenset({ENGLISH}),
        gender=AdviserGender.NOT_SAID,
        specialisms=frozenset(),
        may_visit_alone=False,
    )
    return {
        person: _abilities(recorded[person]) if person in recorded else unsaid for person in people
    }


def _abilities(row: AdviserAbilities) -> Abilities:
    return Abilities(
        areas=frozenset(row.areas),
        languages=frozenset(row.languages) | {ENGLISH},
        gender=row.gender,
        specialisms=frozenset(row.specialisms),
        may_visit_alone=row.may_visit_alone,
    )


def _worked(agency_id: int, window: Span) -> Mapping[int, list[Span]]:
    """By person, what patterns and exceptions say; shifts are whole, and may reach out of it."""
    days = list(_days(window))
    found: dict[int, list[Span]] = defaultdict(list)
    replaced: set[tuple[int, date]] = set()
    exceptions = ExceptionDay.objects.filter(agency=agency_id, on__range=(days[0], days[-1]))
    for row in exceptions:
        if row.minutes is not None:
            found[row.membership_id].append(_span(row.on, row.minutes.lower, row.minutes.upper))
        if row.kind == ExceptionDay.Kind.INSTEAD:
            replaced.add((row.membership_id, row.on))
    for person, on, minutes in _by_pattern(agency_id, days):
        if (person, on) not in replaced:
            found[person].append(_span(on, *minutes))
    return defaultdict(list, {person: joined(spans) for person, spans in found.items()})


def _days(window: Span) -> Iterator[date]:
    """The days in Liverpool on which a shift may begin that reaches into the window."""
    first = (window.starts - _LONGEST_SHIFT).astimezone(LONDON).date() - timedelta(days=1)
    last = window.ends.astimezone(LONDON).date()
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _by_pattern(agency_id: int, days: list[date]) -> Iterable[tuple[int, date, tuple[int, int]]]:
    rows = PatternShift.objects.filter(
        agency=agency_id, pattern__period__overlap=(days[0], days[-1] + timedelta(days=1))
    ).select_related("pattern")
    for row in rows:
        weekday, begins = divmod(row.minutes.lower, DAY)
        length = row.minutes.upper - row.minutes.lower
        for on in days:
            if on.weekday() == weekday and on in row.pattern.period:
                yield row.pattern.membership_id, on, (begins, begins + length)


def _span(on: date, begins: int, ends: int) -> Span:
    return Span(at_minute(on, begins), at_minute(on, ends))


def _away(agency_id: int, window: Span) -> Mapping[int, list[Span]]:
    """By person, the leave that touches the window."""
    rows = Leave.objects.filter(Q(during__endswith=None) | Q(during__endswith__gt=window.starts))
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows.filter(agency=agency_id, during__startswith__lt=window.ends):
        ends = row.during.upper or window.ends
        found[row.membership_id].append(Span(row.during.lower, ends))
    return found
