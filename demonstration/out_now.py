"""Who is out on a visit, and who is late from one, while the demonstration is looked at."""

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


def out_now(due_in: float, adviser: int, *, began: float = 10) -> Callable[[Today], Tale]:
    """They left so many minutes ago, and are expected back an hour after that: after more than
    sixty minutes they are late."""

    def scene(today: Today) -> Tale:
        tale, by, at = today.taken(due_in, adviser=adviser)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        attempt(tale.follow, by, at + timedelta(minutes=9), AttemptOutcome.SPOKE)
        began_at = today.now - timedelta(minutes=began)
        venue = VenueKind.HEALTH_SETTING
        visit = book_visit(tale.follow, [by], began_at, at + timedelta(minutes=15), venue)
        outing = next(each for each in today.book.rows[Outing] if each.visit_id == visit.pk)
        going_out.leave(today.book, outing, by, tale.referral.reference)
        return tale

    return scene
