"""A week of booked visits: day by day, and person by person. Lines never say to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from directory.contact import VenueKind
from directory.safe_times import is_safe_at, windows_from_json
from portal import words
from portal.components import Appointment
from referrals.policy import may_open
from visits.models import FollowUp, Visit, VisitKind

DAYS: Final = 7
EVERYBODY: Final = ""
MINE: Final = "mine"


@dataclass(frozen=True)
class Day:
    """One day of the week, with what is booked on it."""

    on: date
    is_today: bool
    appointments: list[Appointment]


@dataclass(frozen=True)
class PersonsWeek:
    """What one colleague has before them, day by day."""

    name: str
    days: Sequence[Day]

    @property
    def count(self) -> int:
        """How many visits and calls it comes to."""
        return sum(len(day.appointments) for day in self.days)


def visits_of_day(member: Membership, now: datetime, days: int = 1) -> QuerySet[Visit]:
    """What the member's agency has booked from the beginning of a day on."""
    begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = begins + timedelta(days=days)
    ours = FollowUp.objects.visible_to(member).values("pk")
    booked = Visit.objects.filter(
        follow_up__in=ours, status=Visit.Status.BOOKED, during__overlap=(begins, ends)
    )
    related = ("follow_up__referral", "adviser__user", "second_worker__user")
    return booked.select_related(*related).order_by("during", "id")


def whose(visits: QuerySet[Visit], who: Membership | None) -> QuerySet[Visit]:
    """Those on which somebody goes, first or second; all of them for nobody in particular."""
    if who is None:
        return visits
    return visits.filter(Q(adviser=who) | Q(second_worker=who))


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


def weeks_of(
    team: Iterable[Membership], monday: date, visits: Sequence[Visit], member: Membership
) -> list[PersonsWeek]:
    """The same week, colleague by colleague; who has nothing booked is there too."""
    return [
        PersonsWeek(
            each.display_name,
            days(monday, [visit for visit in visits if each in _workers(visit)], member),
        )
        for each in team
    ]


def appointment(visit: Visit, member: Membership) -> Appointment:
    """A line of an agenda."""
    referral = visit.follow_up.referral
    starts_at = visit.during.lower
    place = f", {str(VenueKind(visit.venue).label).lower()}" if visit.venue else ""
    safe = is_safe_at(windows_from_json(referral.safe_windows), starts_at)
    page = "portal:case" if may_open(member, referral) else "portal:visits"
    return Appointment(
        starts_at=starts_at,
        ends_at=visit.during.upper,
        what=f"{VisitKind(visit.kind).label}{place}",
        area=words.area(referral),
        reference=referral.reference,
        url=reverse(page, args=[referral.reference] if page == "portal:case" else []),
        warning="" if safe else "Outside safe times",
        goes=[worker.display_name for worker in _workers(visit)],
    )


def _workers(visit: Visit) -> list[Membership]:
    return [visit.adviser, *([visit.second_worker] if visit.second_worker else [])]
