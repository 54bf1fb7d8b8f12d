"""Somebody who is out on a visit while the demonstration is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from demonstration import going_out
from demonstration.following import attempt, book_visit
from directory.contact import AttemptOutcome, VenueKind
from visits.models import Outing

if TYPE_CHECKING:
    from demonstration.one_day import Today
    from demonstration.stories import Tale


def out_now(due_in: float, adviser: int) -> Callable[[Today], Tale]:
    """They left a few minutes ago, and are expected back within the hour."""

    def scene(today: Today) -> Tale:
        tale, by, at = today.taken(due_in, adviser=adviser)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        attempt(tale.follow, by, at + timedelta(minutes=9), AttemptOutcome.SPOKE)
        began = today.now - timedelta(minutes=10)
        venue = VenueKind.HEALTH_SETTING
        visit = book_visit(tale.follow, [by], began, at + timedelta(minutes=15), venue)
        outing = next(each for each in today.book.rows[Outing] if each.visit_id == visit.pk)
        going_out.leave(today.book, outing, by, tale.referral.reference)
        return tale

    return scene
