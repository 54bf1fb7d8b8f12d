"""What waits for contact at a desk: its numbers, its filters, its cards. No card holds a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from directory.areas import AREAS
from directory.harm import RiskBand
from portal import words
from portal.clock_face import SOON, Urgency
from portal.clocks.shown import card_warnings
from portal.components import JobCard, Tile
from portal.spoken_time import time_of_day
from portal.visits.week import visits_of_day
from referrals.lifecycle import PENDING
from referrals.models import Referral
from referrals.policy import may_open
from visits.models import FollowUp

LATE, DUE_SOON, NOBODYS, MINE = "late", "soon", "nobodys", "mine"
CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "area": (("", "All areas"), *((area.code, area.name) for area in AREAS.values())),
    "risk": (("", "Any risk"), *((str(band), str(band.label)) for band in RiskBand)),
    "due": (("", "Any time"), (LATE, "Late"), (DUE_SOON, "Due in 4 hours")),
    "whose": (("", "Everybody’s"), (NOBODYS, "Nobody’s yet"), (MINE, "Mine")),
}
LABELS: Final = {"area": "Area", "risk": "Risk", "due": "Due", "whose": "Whose"}


def waiting(member: Membership) -> QuerySet[FollowUp]:
    """The follow-ups of the member's desk in which nobody was reached yet."""
    running = FollowUp.objects.visible_to(member).running().filter(contacted_at=None)
    return running.select_related("referral__assigned_to__user", "programme")


def asked_for(query: QueryDict) -> dict[str, str]:
    """The filters in an address; what is on no list is left out."""
    asked = {name: query.get(name, "") for name in CHOICES}
    return {name: code for name, code in asked.items() if code and code in dict(CHOICES[name])}


def narrowed(
    rows: QuerySet[FollowUp], asked: Mapping[str, str], member: Membership, now: datetime
) -> QuerySet[FollowUp]:
    """The follow-ups that fit the filters."""
    narrow = {
        "area": Q(referral__area_code=asked.get("area", "")),
        "risk": Q(referral__risk_band=asked.get("risk", "")),
        "due": _late(now) if asked.get("due") == LATE else _soon(now),
        "whose": Q(referral__assigned_to=member) if asked.get("whose") == MINE else _NOBODYS,
    }
    for name in asked:
        rows = rows.filter(narrow[name])
    return rows


_NOBODYS: Final = Q(referral__status__in=PENDING)


def _late(now: datetime) -> Q:
    return Q(due_at__lte=now, paused_at=None)


def _soon(now: datetime) -> Q:
    return Q(due_at__gt=now, due_at__lte=now + SOON, paused_at=None)


def tiles(member: Membership, now: datetime) -> list[Tile]:
    """Four numbers to act on, in two queries."""
    numbers = waiting(member).aggregate(
        late=Count("pk", filter=_late(now)),
        soon=Count("pk", filter=_soon(now)),
        nobodys=Count("pk", filter=_NOBODYS),
    )
    desk = reverse("portal:duty_desk")
    late, soon, nobodys = numbers["late"], numbers["soon"], numbers["nobodys"]
    booked = visits_of_day(member, now).count()
    return [
        Tile(late, "Late", f"{desk}?due=late", "past the deadline", _if(late, Urgency.LATE)),
        Tile(soon, "Due in 4 hours", f"{desk}?due=soon", "contact today", _if(soon, Urgency.SOON)),
        Tile(nobodys, "Nobody’s yet", f"{desk}?whose=nobodys", "not taken"),
        Tile(booked, "Visits today", reverse("portal:visits"), "booked"),
    ]


def _if(number: int, urgency: Urgency) -> Urgency:
    return urgency if number else Urgency.IN_TIME


def card(follow_up: FollowUp, member: Membership, next_step: str = "") -> JobCard:
    """One card: clear facts, and what the member can do with it."""
    referral, now = follow_up.referral, timezone.now()
    waits = referral.status in PENDING
    return JobCard(
        reference=referral.reference,
        due_at=follow_up.due_at,
        area=words.area(referral),
        harm=words.harm(referral),
        risk=referral.risk_band,
        age_band=words.age(referral),
        safe_contact=words.safe_contact(referral),
        source=f"{words.source(referral)} · {words.children(referral)}",
        take_url=reverse("portal:take", args=[referral.reference]) if waits else "",
        open_url=open_url(referral, member),
        taken_by="" if waits else taken_by(referral, member),
        visit_by_at=follow_up.visit_by_at,
        warnings=card_warnings(follow_up, now),
        next_step=next_step,
    )


def open_url(referral: Referral, member: Membership) -> str:
    """Where a card leads: to the case, or to what may be seen of it."""
    if referral.status in PENDING:
        return reverse("portal:preview", args=[referral.reference])
    if may_open(member, referral):
        return reverse("portal:case", args=[referral.reference])
    return reverse("portal:preview", args=[referral.reference])


def taken_by(referral: Referral, member: Membership) -> str:
    """`Jo Marsh at 2:31pm`, or `you at 2:31pm`."""
    who = referral.assigned_to
    name = "you" if who == member else (who.display_name if who else "your agency")
    at = f" at {time_of_day(referral.answered_at)}" if referral.answered_at else ""
    return f"{name}{at}"
