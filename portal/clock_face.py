"""What a clock shows: the time left in words, how much of the bar is gone, and how urgent it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from portal.spoken_time import time_of_day, weekday

SOON: Final = timedelta(hours=4)
SLIVER: Final = 0.02  # so that a bar just begun can be seen


class Urgency(StrEnum):
    """Named in the page's classes; words beside it say the same, so colour never stands alone."""

    LATE = "late"
    SOON = "soon"
    IN_TIME = "in-time"


@dataclass(frozen=True)
class ClockFace:
    """One clock, ready to draw."""

    due_at: datetime
    left: str
    by: str
    urgency: Urgency
    percent_gone: int


def urgency(due_at: datetime, *, now: datetime) -> Urgency:
    """Late from the very instant it is due; soon within four hours of it."""
    if now >= due_at:
        return Urgency.LATE
    return Urgency.SOON if due_at - now <= SOON else Urgency.IN_TIME


def time_left(due_at: datetime, *, now: datetime) -> str:
    """`1 h 05 min left`, `12 min late`; static/app/app.js says the same in the browser."""
    hours, minutes = divmod(int(abs(due_at - now).total_seconds() // 60), 60)
    spoken = f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
    return f"{spoken} {'late' if now >= due_at else 'left'}"


def face(due_at: datetime, *, now: datetime, length: timedelta = timedelta(hours=24)) -> ClockFace:
    """The clock that runs out at `due_at`, having run for `length`."""
    gone = 1 - (due_at - now) / length
    return ClockFace(
        due_at=due_at,
        left=time_left(due_at, now=now),
        by=f"{time_of_day(due_at)}, {weekday(due_at)}",
        urgency=urgency(due_at, now=now),
        percent_gone=round(100 * min(1, max(SLIVER, gone))),
    )
