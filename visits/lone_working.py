"""The rules of going out: what a check may decide, how long it holds, when somebody is late.

Pure: it decides from what it is given and reads nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final

from django.conf import settings

from accounts.models import Membership
from directory.contact import VenueKind
from directory.lone_working import (
    GOES,
    VENUES_AT_HAND,
    Finding,
    GoDecision,
    Hazards,
    Whereabouts,
)
from visits.models import Outing, Visit, VisitCheck, VisitKind

NOT_STARTED_AFTER: Final = timedelta(minutes=15)
ALARM_AFTER: Final = timedelta(minutes=15)
ALL_AFTER: Final = timedelta(minutes=30)
AGAIN_AFTER: Final = timedelta(minutes=15)
LOOK_AGAIN_AFTER: Final = timedelta(minutes=30)
LEAVES_AT_MOST_BEFORE: Final = timedelta(hours=4)
SHORTEST_TIME_OUT: Final = timedelta(minutes=15)
EXTENSIONS: Final = (15, 30, 60)


class State(StrEnum):
    """How somebody's going out stands."""

    PLANNED = auto()
    NOT_STARTED = auto()
    OUT = auto()
    LATE = auto()
    ALARM = auto()
    DURESS = auto()
    ENDED = auto()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What is judged before a visit. ``note`` says what the hazards are, and is sealed."""

    hazards: Hazards
    whereabouts: Whereabouts
    source: str = ""
    whereabouts_at: datetime | None = None
    needs_second_worker: bool
    decision: GoDecision
    buddy: Membership | None = None
    is_refused: bool = False
    note: str = ""


def good_for() -> timedelta:
    """How long it holds that somebody was found to be elsewhere."""
    return timedelta(hours=settings.WHEREABOUTS_GOOD_FOR_HOURS)


def goes_out(visit: Visit) -> bool:
    """Whether anybody leaves the building for it."""
    return visit.kind == VisitKind.VISIT and visit.venue not in VENUES_AT_HAND


def why_not_this_decision(made: Judgement, visit: Visit, *, may_go_alone: bool) -> str:
    """A sentence when the check does not allow what was decided; empty when it does."""
    if made.decision not in GOES:
        return ""
    if made.whereabouts == Whereabouts.NEAR:
        return "They may be at or near the place: meet somewhere else, or do not go."
    if made.decision == GoDecision.WITH_SECOND:
        return ""
    if made.is_refused:
        return "Nobody goes who refuses: choose another way."
    if visit.second_worker_id:
        return ""
    return _why_not_alone(made, visit, may_go_alone=may_go_alone)


def _why_not_alone(made: Judgement, visit: Visit, *, may_go_alone: bool) -> str:
    if made.needs_second_worker:
        return "Two workers are needed: go with a second worker."
    if not may_go_alone:
        return "Who goes may not visit alone: go with a second worker."
    if visit.venue == VenueKind.HOME and made.whereabouts == Whereabouts.NOT_KNOWN:
        return "Nobody knows where they are: do not go to a home alone."
    return ""


def why_not_begin(check: VisitCheck | None, visit: Visit, at: datetime) -> str:
    """A sentence when a visit may not begin on its newest check; empty when it may."""
    if check is None:
        return "Do the check before you go."
    if check.decision not in GOES:
        return "The check says not to go there. Do it again if something has changed."
    if check.good_until <= at:
        return "The check is too old. Do it again before you go."
    needs_two = check.needs_second_worker or check.decision == GoDecision.WITH_SECOND
    if needs_two and not visit.second_worker_id:
        return "Two workers are needed. Book the visit again with a second worker."
    return ""


def expected_end(visit: Visit, at: datetime) -> datetime:
    """When somebody who leaves now is expected: the end of the booking, or as long as it was."""
    ends: datetime = visit.during.upper
    length: timedelta = visit.during.upper - visit.during.lower
    return ends if ends >= at + SHORTEST_TIME_OUT else at + max(length, SHORTEST_TIME_OUT)


def state_of(outing: Outing, now: datetime, *, to: Membership) -> State:
    """How it stands by the clock alone, whether or not anybody has been woken.

    Whoever is out there never sees that they called for help: somebody may look over their
    shoulder.
    """
    is_in_danger = outing.duress_at is not None and outing.duress_answered_at is None
    if is_in_danger and not outing.is_by(to):
        return State.DURESS
    if outing.ended_at is not None:
        return State.ENDED
    if outing.expected_end_at is None:
        is_missing = now >= outing.starts_at + NOT_STARTED_AFTER
        return State.NOT_STARTED if is_missing else State.PLANNED
    if now < outing.expected_end_at:
        return State.OUT
    return State.ALARM if now >= outing.expected_end_at + ALARM_AFTER else State.LATE


ALARMS: Final = frozenset({State.NOT_STARTED, State.LATE, State.ALARM, State.DURESS})
"""States that somebody has to answer."""


def fits(finding: str, state: State) -> bool:
    """Whether an answer can be given to an alarm of this kind.

    Who never left cannot be back; who has left did not stay; and who calls for help may not be free
    to say that all is well.
    """
    if state is State.NOT_STARTED:
        return finding != Finding.BACK_SAFE
    if finding == Finding.NOT_GOING:
        return False
    return state is not State.DURESS or finding != Finding.STILL_OUT
