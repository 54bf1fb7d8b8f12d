"""What is left without a worker when somebody is away, or has left.

A booked visit needs somebody else when one of those who go is away in its time. A follow-up does
when whoever it is assigned to is away now, and is not back before it falls due; what is late
already waits for nobody. So does what a conflict of interest keeps from whoever has it in hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from referrals.lifecycle import Status
from referrals.models import ConflictBlock
from rota.duty import advisers, away
from rota.wall_clock import Span
from visits.models import FollowUp, Visit

FAR: Final = timedelta(days=36_500)
"""Until then an open sickness lasts."""


@dataclass(frozen=True)
class LeftWithoutWorker:
    """Booked visits, and follow-ups that run, each by its time."""

    visits: tuple[Visit, ...]
    follow_ups: tuple[FollowUp, ...]

    def __bool__(self) -> bool:
        return bool(self.visits or self.follow_ups)


def left_without_worker(agency_id: int, at: datetime) -> LeftWithoutWorker:
    """What of an agency needs somebody else, as things stand at an instant. It costs the same few
    queries however many people are away."""
    people = set(advisers(agency_id).values_list("pk", flat=True))
    gone = away(agency_id, Span(at, at + FAR))
    visits = Visit.objects.filter(
        agency=agency_id, status=Visit.Status.BOOKED, during__endswith__gt=at
    )
    missing = Q(referral__assigned_to__in=[*gone]) | ~Q(referral__assigned_to__in=people)
    kept_out = _kept_out("referral__case", "referral__assigned_to")
    assigned = FollowUp.objects.running().filter(missing | kept_out, agency=agency_id)
    theirs = assigned.filter(referral__status=Status.ACCEPTED, referral__assigned_to__isnull=False)
    related = visits.select_related("follow_up__referral", "adviser__user", "second_worker__user")
    case_id = "follow_up__referral__case"
    lost_visit = _kept_out(case_id, "adviser") | _kept_out(case_id, "second_worker")
    return LeftWithoutWorker(
        tuple(
            each
            for each in related.annotate(is_lost=lost_visit).order_by("during", "id")
            if vars(each)["is_lost"] or _needs(each, people, gone)
        ),
        tuple(
            each
            for each in theirs.select_related("referral__assigned_to__user")
            .annotate(is_lost=kept_out)
            .by_deadline()
            if vars(each)["is_lost"] or _is_left(each, people, gone, at)
        ),
    )


def _kept_out(case: str, person: str) -> Exists:
    """Whether a conflict of interest keeps the case from whoever has it in hand."""
    standing = ConflictBlock.objects.filter(lifted_at=None)
    return Exists(standing.filter(case=OuterRef(case), membership=OuterRef(person)))


def _needs(visit: Visit, people: set[int], gone: Mapping[int, list[Span]]) -> bool:
    workers = {visit.adviser_id, visit.second_worker_id} - {None}
    spans = [span for worker in workers for span in gone.get(worker or 0, [])]
    meets = any(
        span.starts < visit.during.upper and visit.during.lower < span.ends for span in spans
    )
    return meets or not workers <= people


def _is_left(
    follow_up: FollowUp, people: set[int], gone: Mapping[int, list[Span]], at: datetime
) -> bool:
    whose = follow_up.referral.assigned_to_id or 0
    needed_by = max(at, follow_up.visit_by_at if follow_up.contacted_at else follow_up.due_at)
    spans = gone.get(whose, [])
    return whose not in people or any(
        span.starts <= at and span.ends >= needed_by and span.ends > at for span in spans
    )
