"""A going out as screens show it: when, what kind of place, which area; never who is visited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Membership
from directory.contact import VenueKind
from directory.lone_working import EndedHow
from portal import words
from portal.spoken_time import day_and_time
from referrals.querysets import blocked_for
from visits.lone_working import ALARMS, State, state_of, why_not_begin
from visits.models import Outing, VisitCheck
from visits.models.safety import MOST_EXTENSIONS

SOON: Final = timedelta(hours=16)
DONE_LATELY: Final = timedelta(hours=8)
_STATES: Final = {
    State.PLANNED: ("Not left yet", "grey"),
    State.NOT_STARTED: ("Alarm: nobody has left", "red"),
    State.OUT: ("Out", "blue"),
    State.LATE: ("Late", "orange"),
    State.ALARM: ("Alarm: overdue", "red"),
    State.DURESS: ("Alarm: calls for help", "red"),
    State.ENDED: ("Ended", "grey"),
}
_URGENCY: Final = [
    State.DURESS,
    State.ALARM,
    State.LATE,
    State.NOT_STARTED,
    State.OUT,
    State.PLANNED,
    State.ENDED,
]


@dataclass(frozen=True)
class Card:
    """One going out, as one member is shown it."""

    reference: str
    state: State
    words: str
    colour: str
    place: str
    starts_at: datetime
    expected_end_at: datetime | None
    workers: str
    buddy: str
    why_not_leave: str
    may_extend: bool
    ended: str

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has to answer it."""
        return self.state in ALARMS

    @property
    def is_out(self) -> bool:
        """Whether somebody is out."""
        return self.state in {State.OUT, State.LATE, State.ALARM}

    @property
    def is_planned(self) -> bool:
        """Whether nobody has left yet."""
        return self.state in {State.PLANNED, State.NOT_STARTED}


def going_out(member: Membership) -> "QuerySet[Outing]":
    """What the member's agency goes out for, with all that a card needs."""
    checks = Prefetch("visit__checks", queryset=VisitCheck.objects.order_by("-at", "-id"))
    related = (
        "visit__follow_up__referral",
        "adviser__user",
        "second_worker__user",
        "buddy__user",
    )
    ours = Outing.objects.filter(agency=member.agency_id).exclude(visit__status="cancelled")
    ours = ours.exclude(visit__follow_up__referral__case__in=blocked_for(member))
    return ours.select_related(*related).prefetch_related(checks).order_by("starts_at", "pk")


def open_ones(now: datetime) -> Q:
    """Those that are not over, and begin today or should have begun."""
    in_danger = Q(duress_at__isnull=False, duress_answered_at=None)
    return Q(ended_at=None, starts_at__lt=now + SOON) | in_danger


def cards(outings: Iterable[Outing], now: datetime, *, to: Membership) -> list[Card]:
    """Each as the member is shown it."""
    return [card(outing, now, to=to) for outing in outings]


def by_urgency(given: Iterable[Card]) -> list[Card]:
    """The most pressing first."""
    return sorted(given, key=lambda each: (_URGENCY.index(each.state), each.starts_at))


def card(outing: Outing, now: datetime, *, to: Membership) -> Card:
    """One as the member is shown it."""
    state = state_of(outing, now, to=to)
    said, colour = _STATES[state]
    newest = next(iter(outing.visit.checks.all()), None)
    return Card(
        reference=outing.visit.follow_up.referral.reference,
        state=state,
        words=said,
        colour=colour,
        place=place(outing),
        starts_at=outing.starts_at,
        expected_end_at=outing.expected_end_at,
        workers=" and ".join(each.display_name for each in workers(outing)),
        buddy=outing.buddy.display_name if outing.buddy else "",
        why_not_leave=why_not_begin(newest, outing.visit, now),
        may_extend=outing.extensions < MOST_EXTENSIONS,
        ended=_ended(outing, now),
    )


def place(outing: Outing) -> str:
    """`Where they are staying, Liverpool`."""
    kind = VenueKind(outing.visit.venue).label
    return f"{kind}, {words.area(outing.visit.follow_up.referral)}"


def workers(outing: Outing) -> list[Membership]:
    """Those who go."""
    return [each for each in (outing.adviser, outing.second_worker) if each is not None]


def _ended(outing: Outing, now: datetime) -> str:
    if outing.ended_at is None:
        return ""
    return f"{EndedHow(outing.ended_how).label} {day_and_time(outing.ended_at, now=now)}"
