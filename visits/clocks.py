"""The clocks of follow-ups as they stand, read from the rows; and how many were met."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Func, OuterRef, QuerySet, Subquery

from directory.clock_reasons import LateReason, WhichClock
from directory.contact import VisitOutcome
from directory.safe_times import windows_from_json
from visits.models import FollowUp, Lateness, Visit
from visits.standing import Instants, Standing, safe_time_is_too_late, standing


@dataclass(frozen=True)
class Clock:
    """One clock of a follow-up: when it runs out, how it stands, and why it ran out."""

    which: WhichClock
    due_at: datetime
    standing: Standing
    reason: str = ""

    @property
    def is_unexplained(self) -> bool:
        """Whether it was missed and nobody has said why."""
        return self.standing is Standing.MISSED and not self.reason


def with_clocks(rows: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """Follow-ups with when the visit was made, and the newest reason each clock was missed for."""
    reasons = {f"late_{which}": _newest_reason(which) for which in WhichClock}
    return rows.select_related("referral").annotate(visited_at=_VISITED_AT, **reasons)


def clocks_of(follow_up: FollowUp, now: datetime) -> list[Clock]:
    """The three clocks of one follow-up; of one from :func:`with_clocks` nothing more is read."""
    if not hasattr(follow_up, "visited_at"):
        _read_onto(follow_up)
    return [
        Clock(
            which,
            instants.due_at,
            standing(instants, now),
            getattr(follow_up, f"late_{which}") or "",
        )
        for which, instants in _instants(follow_up).items()
    ]


def _read_onto(follow_up: FollowUp) -> None:
    """Read beside a follow-up in hand, of which nothing that is not saved yet is lost."""
    found = with_clocks(FollowUp.objects.filter(pk=follow_up.pk)).get()
    for name in ("visited_at", *(f"late_{which}" for which in WhichClock)):
        setattr(follow_up, name, getattr(found, name))


def unexplained(follow_up: FollowUp, now: datetime) -> list[WhichClock]:
    """Which clocks were missed without anybody having said why."""
    _read_onto(follow_up)
    return [clock.which for clock in clocks_of(follow_up, now) if clock.is_unexplained]


def safe_only_after(follow_up: FollowUp, now: datetime) -> datetime | None:
    """The next safe time, if contact is owed before it."""
    if follow_up.contacted_at or follow_up.ended_at:
        return None
    windows = windows_from_json(follow_up.referral.safe_windows)
    return safe_time_is_too_late(windows, now, follow_up.due_at)


NO_SAFE_TIME: Final = "no_safe_time"
"""Missed because no safe time came before the deadline: counted apart from what was missed."""


def tally(rows: "QuerySet[FollowUp]", now: datetime) -> Mapping[str, Mapping[str, int]]:
    """By clock, how many stand how: missed for want of a safe time apart from the other missed."""
    counted: dict[str, Counter[str]] = {which: Counter() for which in WhichClock}
    for follow_up in with_clocks(rows).iterator(chunk_size=500):
        for clock in clocks_of(follow_up, now):
            counted[clock.which][_counted_as(clock, follow_up)] += 1
    return counted


def _counted_as(clock: Clock, follow_up: FollowUp) -> str:
    if clock.standing is not Standing.MISSED or clock.which is WhichClock.CODE:
        return clock.standing
    if clock.reason:
        return NO_SAFE_TIME if clock.reason in _NO_SAFE_TIME else Standing.MISSED
    windows = windows_from_json(follow_up.referral.safe_windows)
    began = follow_up.referral.sent_at or follow_up.visit_ended_at
    came_late = began >= clock.due_at
    is_too_late = safe_time_is_too_late(windows, began, clock.due_at) is not None
    return NO_SAFE_TIME if is_too_late and not came_late else Standing.MISSED


_NO_SAFE_TIME: Final = frozenset({LateReason.NO_SAFE_TIME_BEFORE_DEADLINE})


def _instants(follow_up: FollowUp) -> Mapping[WhichClock, Instants]:
    referral, paused_at = follow_up.referral, follow_up.paused_at
    ended_at = follow_up.ended_at or referral.closed_at
    visited_at = getattr(follow_up, "visited_at", None)
    if follow_up.outcome == VisitOutcome.DONE:
        visited_at = visited_at or follow_up.ended_at
    return {
        WhichClock.CONTACT: Instants(follow_up.due_at, follow_up.contacted_at, ended_at, paused_at),
        WhichClock.VISIT: Instants(follow_up.visit_by_at, visited_at, ended_at, paused_at),
        WhichClock.CODE: Instants(follow_up.code_due_at, referral.sent_at),
    }


_VISITED_AT: Final = Subquery(
    Visit.objects.filter(follow_up=OuterRef("pk"), outcome=VisitOutcome.DONE)
    .annotate(began_at=Func(F("during"), function="lower"))
    .order_by("began_at")
    .values("began_at")[:1]
)


def _newest_reason(which: WhichClock) -> Subquery:
    said = Lateness.objects.filter(follow_up=OuterRef("pk"), clock=which)
    return Subquery(said.order_by("-at", "-id").values("reason")[:1])
