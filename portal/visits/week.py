"""A week of booked visits, day by day. Lines say when, what and where, never who."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from directory.contact import VenueKind
from directory.safe_times import is_safe_at, windows_from_json
from portal import words
from portal.components import Appointment
from referrals.policy import may_open
from visits.models import Visit, VisitKind

DAYS: Final = 7


@dataclass(frozen=True)
class Day:
    """One day of the week, with what is booked on it."""

    on: date
    is_today: bool
    appointments: list[Appointment]


def monday_of(on: date) -> date:
    """The first day of a week."""
    return on - timedelta(days=on.weekday())


def midnight(on: date) -> datetime:
    """The beginning of a day in Liverpool."""
    return datetime.combine(on, time(), tzinfo=timezone.get_current_timezone())


def days(monday: date, visits: Iterable[Visit], member: Membership) -> list[Day]:
    """Seven days, each with its visits in order."""
    today = timezone.localdate()
    by_day: dict[date, list[Appointment]] = {}
    for visit in visits:
        on = timezone.localdate(visit.during.lower)
        by_day.setdefault(on, []).append(appointment(visit, member))
    week = [monday + timedelta(days=offset) for offset in range(DAYS)]
    return [Day(on, on == today, by_day.get(on, [])) for on in week]


def appointment(visit: Visit, member: Membership) -> Appointment:
    """A line of an agenda."""
    referral = visit.follow_up.referral
    starts_at = visit.during.lower
    place = f", {str(VenueKind(visit.venue).label).lower()}" if visit.venue else ""
    safe = is_safe_at(windows_from_json(referral.safe_windows), starts_at)
    page = "portal:case" if may_open(member, referral) else "portal:visits"
    return Appointment(
        starts_at=starts_at,
        what=f"{VisitKind(visit.kind).label}{place}",
        area=words.area(referral),
        reference=referral.reference,
        url=reverse(page, args=[referral.reference] if page == "portal:case" else []),
        warning="" if safe else "Outside safe times",
    )
