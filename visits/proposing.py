"""The next times at which a visit fits: safe for them, in the window, and an adviser free to go."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from accounts.models import Membership
from referrals.models import Referral
from rota.duty import keeps_rota, shifts
from visits.fitting import Span, outside
from visits.models import FollowUp, VisitKind, VisitWorker

MOST: Final = 5
STEP: Final = timedelta(minutes=30)
USUAL_LENGTH: Final = timedelta(hours=1)
FURTHEST: Final = timedelta(days=7)


def propose(
    follow_up: FollowUp, referral: Referral, adviser: Membership, *, now: datetime
) -> list[Span]:
    """Up to five hours that do not overlap, the soonest first; none where nothing fits."""
    horizon = Span(now, min(follow_up.visit_by_at, now + FURTHEST))
    if horizon.ends <= horizon.starts:
        return []
    taken, worked = _taken(adviser, follow_up, horizon), _worked(adviser, horizon)
    found: list[Span] = []
    for span in _candidates(horizon):
        if found and span.starts < found[-1].ends:
            continue
        is_free = not any(span.starts < ends and starts < span.ends for starts, ends in taken)
        if is_free and _is_worked(span, worked) and _fits(span, follow_up, referral):
            found.append(span)
        if len(found) == MOST:
            break
    return found


def _candidates(horizon: Span) -> Iterator[Span]:
    """Every full and half hour from now on."""
    starts = horizon.starts.replace(minute=0, second=0, microsecond=0)
    while starts + USUAL_LENGTH <= horizon.ends:
        if starts >= horizon.starts:
            yield Span(starts, starts + USUAL_LENGTH)
        starts += STEP


def _taken(adviser: Membership, follow_up: FollowUp, horizon: Span) -> list[Span]:
    booked = VisitWorker.objects.filter(
        membership=adviser, is_booked=True, during__overlap=tuple(horizon)
    )
    return [
        Span(each.during.lower, each.during.upper)
        for each in booked.exclude(visit__follow_up=follow_up)
    ]


def _worked(adviser: Membership, horizon: Span) -> list[Span] | None:
    """When the adviser works; None where nobody says."""
    if not keeps_rota(adviser.agency_id):
        return None
    found = shifts(adviser.agency_id, *horizon)
    return [Span(each.starts, each.ends) for each in found if each.membership_id == adviser.pk]


def _is_worked(span: Span, worked: list[Span] | None) -> bool:
    return worked is None or any(
        each.starts <= span.starts and span.ends <= each.ends for each in worked
    )


def _fits(span: Span, follow_up: FollowUp, referral: Referral) -> bool:
    return not outside(span, follow_up, referral, VisitKind.VISIT)
