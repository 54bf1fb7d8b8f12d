"""Date arithmetic of the follow-up: pure, in UTC, elapsed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from directory.safe_times import LONDON, SafeWindow, next_safe_time
from directory.working_days import TableEnded, weekdays_after, working_days_after

FOLLOW_UP: Final = timedelta(hours=24)
"""The programme's window: 24 hours after the end of the police visit, nights and holidays too."""
CODE_WORKING_DAYS: Final = 2
"""Victims' Code, right 4: referred to support within two working days."""
VISITING_HOUR: Final = timedelta(hours=1)
"""How long into the next visiting hours a visit may wait that found none in its window."""
LONGEST_AGO: Final = timedelta(days=14)
SKEW: Final = timedelta(minutes=5)


class Window(NamedTuple):
    """What a programme allows after the end of a police visit, in elapsed time.

    ``visiting`` are the hours of the wall clock in which anybody is visited; none means all.
    """

    target: timedelta = FOLLOW_UP
    earliest: timedelta = timedelta(0)
    latest: timedelta = FOLLOW_UP
    visiting: Sequence[SafeWindow] = ()


ORDINARY: Final = Window()
"""What is asked of a desk outside the programme."""


class Deadlines(NamedTuple):
    """The two linked clocks: a safe contact is due, and a visit is, not before its earliest."""

    due_at: datetime
    visit_from_at: datetime
    visit_by_at: datetime


def deadlines(visit_ended_at: datetime, window: Window = ORDINARY) -> Deadlines:
    """When contact and visit are owed.

    Where the window holds no visiting hours, contact stays due by the target and the visit is due
    within the next visiting hour.
    """
    contact = due_at(visit_ended_at, window.target)
    begins = due_at(visit_ended_at, window.earliest)
    ends = max(due_at(visit_ended_at, window.latest), contact)
    opens = next_safe_time(window.visiting, begins) if window.visiting else begins
    if opens is None or opens < ends:
        return Deadlines(contact, opens or begins, ends)
    return Deadlines(contact, opens, opens + VISITING_HOUR)


def due_at(visit_ended_at: datetime, target: timedelta = FOLLOW_UP) -> datetime:
    """When contact is owed: elapsed time after the police left, whatever the clocks do."""
    if visit_ended_at.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return visit_ended_at.astimezone(UTC) + target


def code_due_at(visit_ended_at: datetime) -> datetime:
    """The end, in London, of the second working day after the police visit.

    Past the last year whose bank holidays are shipped, weekdays count: the clock may then run out
    a day early, never late, and no referral fails for it. That is warned of 90 days before.
    """
    day_of_visit = visit_ended_at.astimezone(LONDON).date()
    try:
        day = working_days_after(day_of_visit, CODE_WORKING_DAYS)
    except TableEnded:
        day = weekdays_after(day_of_visit, CODE_WORKING_DAYS)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=LONDON)
    return midnight.astimezone(UTC)


def why_not_a_visit(visit_ended_at: datetime, now: datetime) -> str:
    """A sentence when a police visit cannot have ended then; empty when it can."""
    if visit_ended_at > now + SKEW:
        return "The visit cannot have ended in the future."
    if visit_ended_at < now - LONGEST_AGO:
        return "The visit ended more than 14 days ago. Ring the desk instead of referring here."
    return ""
