"""How a clock stands: pure, from its instants alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import models

from directory.safe_times import SafeWindow, next_safe_time


class Standing(models.TextChoices):
    """Where one clock is. Only what was missed needs a reason."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    ENDED = "ended", "Ended before its time"


class Instants(NamedTuple):
    """What a clock's standing follows from."""

    due_at: datetime
    done_at: datetime | None = None
    ended_at: datetime | None = None
    paused_at: datetime | None = None


def standing(clock: Instants, now: datetime) -> Standing:
    """Where a clock is at an instant. Met up to the very instant it is due; paused, it waits."""
    stopped = min(filter(None, (clock.done_at, clock.ended_at)), default=now)
    in_time = _run_until(clock, stopped) <= clock.due_at
    if clock.done_at is not None:
        return Standing.MET if in_time else Standing.MISSED
    if clock.ended_at is not None:
        return Standing.ENDED if in_time else Standing.MISSED
    if _run_until(clock, now) >= clock.due_at:
        return Standing.MISSED
    return Standing.PAUSED if clock.paused_at else Standing.RUNNING


def _run_until(clock: Instants, at: datetime) -> datetime:
    """Up to when the clock has run: while it is paused, no further than to the pause."""
    return min(at, clock.paused_at) if clock.paused_at else at


def safe_time_is_too_late(
    windows: Sequence[SafeWindow], now: datetime, due_at: datetime
) -> datetime | None:
    """The next safe time if it comes only after the deadline; None if one comes before it.

    Where no time is safe at all there is none to name: whoever asks sees that contact is held.
    """
    safe_at = next_safe_time(windows, now)
    return safe_at if safe_at is not None and safe_at > due_at else None
