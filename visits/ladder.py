"""The ladder of a follow-up: which rungs it has, and when, seen from the deadline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import models

from accounts.models import Membership
from visits.models import Audience, FollowUp, Rung, Unless


class RungKind(models.TextChoices):
    """When who is woken, seen from the deadline."""

    NOBODYS = "nobodys", "Twelve hours left and nobody has taken it"
    FOUR_HOURS = "four_hours", "Four hours left"
    ONE_HOUR = "one_hour", "One hour left"
    DUE = "due", "The time is up"
    LATE = "late", "One hour late"


class Step(NamedTuple):
    """One rung to be: its kind, hours from the deadline, whom it wakes, what makes it needless."""

    kind: str
    hours: float
    audience: str
    unless: str

    def at(self, due_at: datetime) -> datetime:
        """When it fires."""
        return due_at + timedelta(hours=self.hours)


LADDER: Final[Sequence[Step]] = (
    Step(RungKind.NOBODYS, -12, Audience.DESK, Unless.TAKEN),
    Step(RungKind.FOUR_HOURS, -4, Audience.WHOSE, Unless.ACTED),
    Step(RungKind.ONE_HOUR, -1, Audience.WHOSE_AND_MANAGERS, Unless.ACTED),
    Step(RungKind.DUE, 0, Audience.WHOSE_AND_MANAGERS, Unless.CONTACTED),
    Step(RungKind.LATE, 1, Audience.WHOSE_AND_MANAGERS, Unless.CONTACTED),
)
"""The ladder of a programme that says nothing else."""


CHANGED: Final = "changed"
CHANGED_UNANSWERED: Final = "changed_unanswered"
"""Rungs of a change outside."""
CAME_BACK: Final = "came_back"
CAME_BACK_UNANSWERED: Final = "came_back_unanswered"
"""Rungs of a duty that was handed on and came back (``visits_give_back``)."""
BESIDE_THE_LADDER: Final = (CHANGED, CHANGED_UNANSWERED, CAME_BACK, CAME_BACK_UNANSWERED)
"""These wake whatever else is planned: no pause holds them, and none moves."""


def rungs_of(follow_up: FollowUp, reference: str, ladder: Sequence[Step] = LADDER) -> list[Rung]:
    """The rungs of a follow-up, unsaved."""
    return [
        Rung(
            about=follow_up.pk,
            follow_up=follow_up,
            agency_id=follow_up.agency_id,
            kind=step.kind,
            reference=reference,
            audience=step.audience,
            unless=step.unless,
            due_at=step.at(follow_up.due_at),
            available_at=step.at(follow_up.due_at),
        )
        for step in ladder
    ]


def owe_rung(
    about: UUID,
    kind: str,
    at: datetime,
    *,
    agency_id: int,
    reference: str = "",
    to: Audience | Membership = Audience.MANAGERS,
) -> Rung:
    """Owe a waking that is no follow-up's own rung: it fires at ``at`` unless it is settled first.

    ``to`` is an audience, worked out when it fires, or one person. Twice for the same ``about``
    and ``kind`` is a second round of it.
    """
    person = to if isinstance(to, Membership) else None
    rounds = Rung.objects.filter(about=about, kind=kind).count()
    return Rung.objects.create(
        about=about,
        agency_id=agency_id,
        kind=kind,
        nth=rounds + 1,
        reference=reference,
        audience=Audience.PERSON if isinstance(to, Membership) else to,
        person=person,
        unless=Unless.SETTLED,
        due_at=at,
        available_at=at,
    )


def settle_rungs(about: UUID, *, at: datetime, kinds: Sequence[str] = ()) -> int:
    """Make the rungs about something needless that have not fired yet; how many."""
    waiting = Rung.objects.filter(about=about, fired_at=None, settled_at=None)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(settled_at=at)


def is_unacknowledged(follow_up: FollowUp) -> bool:
    """Whether a rung has woken somebody, and nobody has acted since."""
    woke = Rung.objects.filter(follow_up=follow_up, told__gt=0)
    return woke.filter(fired_at__gt=follow_up.acted_at or follow_up.visit_ended_at).exists()
