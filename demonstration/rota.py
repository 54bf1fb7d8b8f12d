"""The rota of the demonstration: who works when, two who are off sick this week, who is on leave
next week, who is on call.

Hours are invented. Somebody of every desk can be woken at any hour, and Liverpool and Wirral each
miss one adviser, so that their managers' pages show what needs somebody else.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone
from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from accounts.models import Membership
from demonstration.agencies import BEGAN_ON
from directory.abilities import AdviserGender, Language, Specialism
from directory.areas import HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL, Area
from rota.models import (
    DAY,
    AdviserAbilities,
    Leave,
    LeaveKind,
    OnCall,
    PatternShift,
    WorkingPattern,
)
from rota.wall_clock import midnight

_G, _L, _S = AdviserGender, Language, Specialism
_WEEKDAYS: Final = range(5)
Hours = tuple[Iterable[int], int, int]
OFFICE: Final[Sequence[Hours]] = ((_WEEKDAYS, 9, 17),)
EARLY: Final[Sequence[Hours]] = ((_WEEKDAYS, 8, 16),)
LATE: Final[Sequence[Hours]] = ((range(1, 6), 12, 20),)
WEEKEND: Final[Sequence[Hours]] = ((range(2, 7), 9, 17),)
PART: Final[Sequence[Hours]] = (((0, 1, 3), 9, 15),)


class NewRota(NamedTuple):
    """What is known of somebody who visits; they sign in as ``address``."""

    address: str
    hours: Sequence[Hours]
    gender: AdviserGender
    areas: Sequence[Area]
    languages: Sequence[Language] = ()
    specialisms: Sequence[Specialism] = ()
    may_visit_alone: bool = True
    full_time_share: int = 100
    is_sick: bool = False
    is_on_leave: bool = False


_LIVERPOOL, _WIRRAL = (LIVERPOOL, KNOWSLEY, SEFTON), (WIRRAL, LIVERPOOL)
ROTA: Final = (
    NewRota("adviser@liverpool-idva", EARLY, _G.WOMAN, _LIVERPOOL, [_L.CY], [_S.SEXUAL_VIOLENCE]),
    NewRota(
        "adviser.two@liverpool-idva",
        LATE,
        _G.MAN,
        _LIVERPOOL,
        [_L.CMN, _L.YUE],
        [_S.YOUNG_PEOPLE],
        is_on_leave=True,
    ),
    NewRota(
        "adviser.three@liverpool-idva",
        WEEKEND,
        _G.WOMAN,
        _LIVERPOOL,
        [_L.AR, _L.SO, _L.UR],
        [_S.HARMFUL_PRACTICES],
        is_sick=True,
    ),
    NewRota("duty.manager@liverpool-idva", OFFICE, _G.WOMAN, _LIVERPOOL, [_L.YO]),
    NewRota("adviser@wirral-idva", OFFICE, _G.WOMAN, _WIRRAL, [_L.BFI], [_S.SEX_WORK]),
    NewRota(
        "adviser.two@wirral-idva",
        PART,
        _G.WOMAN,
        _WIRRAL,
        [_L.TR, _L.KU],
        [_S.HARMFUL_PRACTICES],
        may_visit_alone=False,
        full_time_share=50,
        is_sick=True,
    ),
    NewRota("duty.manager@wirral-idva", LATE, _G.WOMAN, _WIRRAL),
    NewRota("adviser@knowsley-idva", OFFICE, _G.WOMAN, (KNOWSLEY,), [_L.PA]),
    NewRota("duty.manager@knowsley-idva", EARLY, _G.WOMAN, (KNOWSLEY,)),
    NewRota("adviser@sefton-idva", LATE, _G.WOMAN, (SEFTON,), [_L.HU, _L.SK]),
    NewRota("duty.manager@sefton-idva", OFFICE, _G.WOMAN, (SEFTON,), [_L.AR, _L.FR]),
    NewRota("adviser@st-helens-idva", OFFICE, _G.NOT_SAID, (ST_HELENS,), [_L.SW]),
    NewRota("duty.manager@st-helens-idva", EARLY, _G.WOMAN, (ST_HELENS,)),
    NewRota("adviser@halton-idva", OFFICE, _G.WOMAN, (HALTON,), [_L.ES]),
    NewRota("duty.manager@halton-idva", OFFICE, _G.WOMAN, (HALTON,), [_L.ES, _L.PT]),
    NewRota(
        "coordinator@coordinators",
        OFFICE,
        _G.WOMAN,
        (ST_HELENS, HALTON),
        [_L.CY],
        [_S.SEXUAL_VIOLENCE],
    ),
)
FELL_ILL: Final = timedelta(hours=20)
"""So long ago: what they were to do today is still theirs."""


def keep_rota(members: Iterable[Membership], now: datetime) -> None:
    """Put the rota of the people of the demonstration into the work that is open."""
    by_address = {_address(member): member for member in members}
    known = [(by_address[new.address], new) for new in ROTA]
    patterns = {member.pk: _pattern(member, new, now) for member, new in known}
    WorkingPattern.objects.bulk_create(patterns.values())
    PatternShift.objects.bulk_create(
        shift for member, new in known for shift in _shifts(patterns[member.pk], new.hours)
    )
    AdviserAbilities.objects.bulk_create(_abilities(member, new) for member, new in known)
    Leave.objects.bulk_create(_sick(member, now) for member, new in known if new.is_sick)
    Leave.objects.bulk_create(_next_week(member, now) for member, new in known if new.is_on_leave)
    OnCall.objects.bulk_create(_on_call([member for member, new in known if not new.is_sick], now))


def _address(member: Membership) -> str:
    return member.user.email.removesuffix(".example.org") if member.user else ""


def _pattern(member: Membership, new: NewRota, now: datetime) -> WorkingPattern:
    return WorkingPattern(
        agency_id=member.agency_id,
        membership=member,
        period=DateRange(BEGAN_ON, None),
        full_time_share=new.full_time_share,
        set_by=member,
        set_at=now,
    )


def _shifts(pattern: WorkingPattern, hours: Sequence[Hours]) -> Iterable[PatternShift]:
    for days, begins, ends in hours:
        for weekday in days:
            minutes = Int4Range(weekday * DAY + begins * 60, weekday * DAY + ends * 60)
            yield PatternShift(pattern=pattern, agency_id=pattern.agency_id, minutes=minutes)


def _abilities(member: Membership, new: NewRota) -> AdviserAbilities:
    return AdviserAbilities(
        membership=member,
        agency_id=member.agency_id,
        areas=sorted(area.code for area in new.areas),
        languages=sorted(new.languages),
        gender=new.gender,
        specialisms=sorted(new.specialisms),
        may_visit_alone=new.may_visit_alone,
    )


def _sick(member: Membership, now: datetime) -> Leave:
    return Leave(
        agency_id=member.agency_id,
        membership=member,
        kind=LeaveKind.SICK,
        during=TimestamptzRange(now - FELL_ILL, None),
        recorded_by=member,
        recorded_at=now,
    )


def _next_week(member: Membership, now: datetime) -> Leave:
    """Annual leave from Monday on, all week."""
    monday = _monday(now) + timedelta(days=7)
    return Leave(
        agency_id=member.agency_id,
        membership=member,
        kind=LeaveKind.ANNUAL,
        during=TimestamptzRange(midnight(monday), midnight(monday + timedelta(days=7))),
        recorded_by=member,
        recorded_at=now,
    )


def _monday(now: datetime) -> date:
    today = timezone.localdate(now)
    return today - timedelta(days=today.weekday())


def _on_call(members: Sequence[Membership], now: datetime) -> Iterable[OnCall]:
    """This week and the next, by turns among whoever of an agency is well."""
    by_agency: dict[int, list[Membership]] = {}
    for member in members:
        by_agency.setdefault(member.agency_id, []).append(member)
    monday = _monday(now)
    for colleagues in by_agency.values():
        for week in range(2):
            begins = midnight(monday + timedelta(days=7 * week))
            ends = midnight(monday + timedelta(days=7 * (week + 1)))
            member = colleagues[(week - 1) % len(colleagues)]
            yield OnCall(
                agency_id=member.agency_id,
                membership=member,
                during=TimestamptzRange(begins, ends),
                put_by=member,
                put_at=now,
            )
