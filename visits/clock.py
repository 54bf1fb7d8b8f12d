"""Date arithmetic of the follow-up: pure, in UTC, elapsed."""

from datetime import UTC, datetime, timedelta
from typing import Final

from directory.safe_times import LONDON
from directory.working_days import working_days_after

FOLLOW_UP: Final = timedelta(hours=24)
"""The programme's window: 24 hours after the end of the police visit, nights and holidays too."""
CODE_WORKING_DAYS: Final = 2
"""Victims' Code, right 4: referred to support within two working days."""
LONGEST_AGO: Final = timedelta(days=14)
SKEW: Final = timedelta(minutes=5)


def due_at(visit_ended_at: datetime, target: timedelta = FOLLOW_UP) -> datetime:
    """When contact is owed: elapsed time after the police left, whatever the clocks do."""
    if visit_ended_at.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return visit_ended_at.astimezone(UTC) + target


def code_due_at(visit_ended_at: datetime) -> datetime:
    """The end, in London, of the second working day after the police visit."""
    day = working_days_after(visit_ended_at.astimezone(LONDON).date(), CODE_WORKING_DAYS)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=LONDON)
    return midnight.astimezone(UTC)


def why_not_a_visit(visit_ended_at: datetime, now: datetime) -> str:
    """A sentence when a police visit cannot have ended then; empty when it can."""
    if visit_ended_at > now + SKEW:
        return "The visit cannot have ended in the future."
    if visit_ended_at < now - LONGEST_AGO:
        return "The visit ended more than 14 days ago. Ring the desk instead of referring here."
    return ""
