"""Going out on a case's timeline. Alarms and who called for help are told on their own page: the
timeline may be open on the phone of whoever is out."""

from collections.abc import Iterator
from typing import Final

from accounts.models import Membership
from directory.lone_working import CallOffReason, GoDecision, Hazards, Whereabouts
from portal.components import Happening
from portal.referrals.happenings import name_of
from portal.spoken_time import time_of_day
from visits.models import FollowUp, SafetyEvent, VisitCheck

Kind = SafetyEvent.Kind
_TOLD: Final = {
    Kind.BEGAN: "Left for the visit",
    Kind.BACK: "Back from the visit",
    Kind.ABORTED: "Broke the visit off",
    Kind.CALLED_OFF: "Did not go",
}


def going_out(follow_up: FollowUp | None, to: Membership) -> Iterator[Happening]:
    """The checks before the visits, and who left and came back."""
    if follow_up is None:
        return
    checks = VisitCheck.objects.filter(visit__follow_up=follow_up)
    for check in checks.select_related("by__user", "by__agency"):
        said = str(GoDecision(check.decision).label).lower()
        yield Happening(
            f"Check before the visit: {said}",
            check.at,
            by=name_of(check.by, to=to),
            note=_judged(check),
        )
    events = SafetyEvent.objects.filter(visit__follow_up=follow_up, kind__in=_TOLD)
    for event in events.select_related("by__user", "by__agency"):
        note = f"{CallOffReason(event.reason).label}." if event.reason else ""
        yield Happening(_TOLD[Kind(event.kind)], event.at, by=name_of(event.by, to=to), note=note)


def _judged(check: VisitCheck) -> str:
    where = f"The person they fear: {Whereabouts(check.whereabouts).label.lower()}"
    if check.whereabouts_at is not None:
        where += f" at {time_of_day(check.whereabouts_at)}"
    lines = [f"Hazards: {Hazards(check.hazards).label.lower()}.", f"{where}."]
    if check.needs_second_worker:
        lines.append("Two workers are needed.")
    if check.is_refused:
        lines.append("Somebody did not want to go.")
    return " ".join(lines)
