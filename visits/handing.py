"""What a colleague has in hand: cases, booked visits, and what they are to be woken for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Membership
from referrals.lifecycle import Status
from referrals.models import Referral
from visits.models import FollowUp, Visit, VisitWorker


@dataclass
class InHand:
    """One case that somebody has a part in: as its worker, or as one who goes on its visit."""

    referral: Referral
    is_theirs: bool
    follow_up: FollowUp | None = None
    visits: list[Visit] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """What the case is called here."""
        return self.referral.reference


def in_hand(whose: Membership, *, at: datetime) -> list[InHand]:
    """Everything that somebody has in hand, the most urgent first, in four queries.

    Of visits those that have not begun; who is out on one now comes back to it.
    """
    booked = Visit.objects.filter(
        Q(adviser=whose) | Q(second_worker=whose),
        status=Visit.Status.BOOKED,
        during__startswith__gt=at,
    ).select_related("adviser__user", "second_worker__user", "follow_up")
    visits = list(booked.order_by("during", "pk"))
    of_visits = {visit.follow_up.referral_id for visit in visits}
    rows = Referral.objects.filter(
        Q(assigned_to=whose, status=Status.ACCEPTED) | Q(pk__in=of_visits),
        receiving_agency=whose.agency_id,
    )
    held = {referral.pk: InHand(referral, referral.assigned_to_id == whose.pk) for referral in rows}
    for follow_up in FollowUp.objects.running().filter(referral__in=held):
        held[follow_up.referral_id].follow_up = follow_up
    for visit in visits:
        held[visit.follow_up.referral_id].visits.append(visit)
    return sorted(held.values(), key=_urgency)


def _urgency(held: InHand) -> tuple[bool, datetime, str]:
    due = [visit.during.lower for visit in held.visits]
    if held.follow_up and not held.follow_up.contacted_at:
        due.append(held.follow_up.due_at)
    return (not due, min(due, default=held.referral.created_at), held.reference)


def loads(agency_id: int, *, at: datetime) -> dict[int, tuple[int, int]]:
    """By member of an agency, how many cases and how many booked visits are in their hands."""
    theirs = Referral.objects.filter(receiving_agency=agency_id, status=Status.ACCEPTED)
    cases = theirs.exclude(assigned_to=None).values_list("assigned_to").annotate(Count("pk"))
    booked = VisitWorker.objects.filter(agency=agency_id, is_booked=True, during__startswith__gt=at)
    visits = booked.values_list("membership").annotate(Count("pk"))
    of_cases, of_visits = dict(cases.order_by()), dict(visits.order_by())
    return {pk: (of_cases.get(pk, 0), of_visits.get(pk, 0)) for pk in {*of_cases, *of_visits}}


def count(held: Iterable[InHand]) -> tuple[int, int]:
    """How many cases, and how many booked visits."""
    held = list(held)
    return sum(each.is_theirs for each in held), sum(len(each.visits) for each in held)
