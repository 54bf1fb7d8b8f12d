"""Clocks as people read them: a panel beside the case, warnings on a card, lines of a timeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import Membership
from accounts.roles import Permission
from directory.clock_reasons import (
    ChangeKind,
    LateReason,
    PauseReason,
    RebaseReason,
    WhichClock,
)
from portal.components import Happening, Row
from portal.referrals.happenings import name_of
from portal.spoken_time import capitalised, day_and_time
from referrals.models import Referral
from visits.clocks import Clock, clocks_of, safe_only_after
from visits.models import ChangeOfCircumstance, ClockChange, FollowUp, Pause
from visits.standing import Standing


@dataclass(frozen=True)
class Panel:
    """The clocks of a case: a line each, what to mind, and the pages to go to."""

    rows: Sequence[Row]
    warnings: Sequence[str]
    is_paused: bool
    is_unexplained: bool
    has_changes: bool
    contact_is_owed: bool
    runs: bool


def panel(follow_up: FollowUp, referral: Referral, now: datetime) -> Panel:
    """What a case page shows of its clocks."""
    follow_up.referral = referral
    clocks = clocks_of(follow_up, now)
    changes = changes_of(referral, now)
    safe_late = safe_only_after(follow_up, now)
    warnings = [
        *changes,
        *_paused(follow_up, now),
        *([_too_late(safe_late, now)] if safe_late else []),
    ]
    return Panel(
        rows=[Row(str(clock.which.label), _said(clock, follow_up, now)) for clock in clocks],
        warnings=warnings,
        is_paused=follow_up.paused_at is not None,
        is_unexplained=any(clock.is_unexplained for clock in clocks),
        has_changes=bool(changes),
        contact_is_owed=not follow_up.contacted_at and not follow_up.ended_at,
        runs=follow_up.ended_at is None,
    )


def deeds_of(clocks: Panel, member: Membership) -> dict[str, str]:
    """What the clocks ask to be done next, by page."""
    if not member.has(Permission.VISIT):
        return {}
    pages = {}
    if clocks.has_changes and clocks.runs:
        pages["changes"] = "Deal with what changed"
    if clocks.is_unexplained and clocks.runs:
        pages["why_late"] = "Say why it was late"
    return pages


def links_of(clocks: Panel, follow_up: FollowUp | None, member: Membership) -> dict[str, str]:
    """What else can be done about the clocks, by page."""
    if follow_up is None or not member.has(Permission.VISIT):
        return {}
    pages = {"record_change": "Record a release or a change of bail"}
    if follow_up.ended_at is not None:
        return pages
    if clocks.is_paused:
        pages |= {"resume": "Let the clocks go on", "review_pause": "Keep them paused"}
    else:
        pages["pause"] = "Pause the clocks"
    if clocks.contact_is_owed and member.has(Permission.MANAGE):
        pages["rebase"] = "Set the clocks anew"
    return pages


def changes_of(referral: Referral, now: datetime) -> list[str]:
    """What changed outside and is not dealt with, a sentence each."""
    waiting = ChangeOfCircumstance.objects.filter(referral=referral, dealt_with_at=None)
    return [change_said(each, now) for each in waiting]


def change_said(change: ChangeOfCircumstance, now: datetime) -> str:
    """`Released on bail, today at 3pm.`"""
    when = day_and_time(change.happened_at, now=now)
    return f"{ChangeKind(change.kind).label}, {when}."


def card_warnings(follow_up: FollowUp, now: datetime) -> list[str]:
    """What a card says beside its clock; of one with ``open_changes`` also what changed."""
    changes = [change_said(each, now) for each in getattr(follow_up.referral, "open_changes", ())]
    safe_late = safe_only_after(follow_up, now)
    paused = ["Clocks paused: do not try now."] if follow_up.paused_at else []
    return [*changes, *paused, *([_too_late(safe_late, now)] if safe_late else [])]


def happenings_of(follow_up: FollowUp, referral: Referral, to: Membership) -> Iterator[Happening]:
    """What was done about the clocks, for the timeline of the agency that owes them."""
    for pause in follow_up.pauses.select_related("by__user", "by__agency"):
        yield Happening(
            "Clocks paused",
            pause.at,
            name_of(pause.by, to=to),
            f"{PauseReason(pause.reason).label}.",
        )
    for change in follow_up.clock_changes.select_related("by__user", "by__agency"):
        yield Happening(
            _MOVED[ClockChange.Kind(change.kind)],
            change.at,
            name_of(change.by, to=to),
            _moved(change),
        )
    for late in follow_up.latenesses.select_related("by__user", "by__agency"):
        which = WhichClock(late.clock).label
        yield Happening(
            f"Why it was late: {which}", late.at, name_of(late.by, to=to), _late(late.reason)
        )
    yield from changes_told(referral, to)


def changes_told(referral: Referral, to: Membership) -> Iterator[Happening]:
    """The changes that were reported, as far as the reader's agency may know of them."""
    for change in referral.changes.select_related("by__user", "by__agency"):
        yield Happening(
            "Change reported", change.at, name_of(change.by, to=to), change_said(change, change.at)
        )


_MOVED: Final = {
    ClockChange.Kind.RESUMED: "Clocks went on",
    ClockChange.Kind.REBASED: "Clocks set anew",
}


def _moved(change: ClockChange) -> str:
    to = capitalised(day_and_time(change.new_due_at, now=change.at))
    because = (
        f" {RebaseReason(change.reason).label}." if change.kind == ClockChange.Kind.REBASED else ""
    )
    return f"Contact due: {to}.{because}"


def _late(reason: str) -> str:
    return f"{LateReason(reason).label}."


def _said(clock: Clock, follow_up: FollowUp, now: datetime) -> str:
    by = day_and_time(clock.due_at, now=now)
    if clock.standing is Standing.MISSED:
        why = str(LateReason(clock.reason).label) if clock.reason else "say why"
        return f"Late: it was due {by}\n{why}"
    said = {
        Standing.MET: f"In time: due {by}" if clock.due_at > now else f"In time: it was due {by}",
        Standing.ENDED: f"Ended before it was due {by}",
        Standing.PAUSED: f"Paused: due {by}, and later by the pause",
    }.get(clock.standing, f"Due {by}")
    opens = follow_up.visit_from_at
    if clock.which is WhichClock.VISIT and clock.standing is Standing.RUNNING and opens > now:
        said += f"\nNot before {day_and_time(opens, now=now)}"
    return said


def _paused(follow_up: FollowUp, now: datetime) -> list[str]:
    if follow_up.paused_at is None:
        return []
    pause = Pause.objects.filter(follow_up=follow_up, ended_at=None).first()
    if pause is None:
        return ["Clocks paused."]
    review = day_and_time(pause.review_at, now=now)
    return [f"Clocks paused: {PauseReason(pause.reason).label}. Look again {review}."]


def _too_late(safe_at: datetime, now: datetime) -> str:
    return f"The next safe time is after the deadline: {day_and_time(safe_at, now=now)}."
