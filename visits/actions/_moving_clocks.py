"""The one place where a running clock moves: the follow-up, its rungs, and the row that says so."""

from datetime import UTC, datetime
from typing import Final

from django.db.models import F, QuerySet

from visits.clock import Deadlines
from visits.ladder import BESIDE_THE_LADDER
from visits.models import ClockChange, FollowUp, Rung

OUT_OF_REACH: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""When a rung of paused clocks may be taken: never. Rows that were taken already are let go."""


def move_clocks(follow_up: FollowUp, to: Deadlines, change: ClockChange) -> ClockChange:
    """Move a locked follow-up's clocks, and with them what has not fired of its ladder."""
    was = Deadlines(follow_up.due_at, follow_up.visit_from_at, follow_up.visit_by_at)
    later = to.due_at - was.due_at
    follow_up.due_at, follow_up.visit_from_at, follow_up.visit_by_at = to
    follow_up.save(update_fields=[*to._fields, "paused_at", "programme"])
    _waiting(follow_up).update(due_at=F("due_at") + later)
    let_rungs_go_on(follow_up)
    change.follow_up, change.agency_id = follow_up, follow_up.agency_id
    for name, old in was._asdict().items():
        setattr(change, f"old_{name}", old)
        setattr(change, f"new_{name}", getattr(follow_up, name))
    change.save(force_insert=True)
    return change


def hold_rungs(follow_up: FollowUp) -> None:
    """Keep the ladder from firing, also a rung that a sweep is about to."""
    _waiting(follow_up).update(available_at=OUT_OF_REACH, lease_until=None)


def let_rungs_go_on(follow_up: FollowUp) -> None:
    """Let the ladder fire at its own times, unless the clocks are paused."""
    if follow_up.paused_at is None:
        _waiting(follow_up).update(available_at=F("due_at"), lease_until=None)


def _waiting(follow_up: FollowUp) -> QuerySet[Rung]:
    waiting = Rung.objects.filter(follow_up=follow_up, fired_at=None, settled_at=None)
    return waiting.exclude(kind__in=BESIDE_THE_LADDER)
