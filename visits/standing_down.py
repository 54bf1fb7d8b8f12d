"""Giving up what was planned, because going ahead with it might do harm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from notices.outbox import owe
from referrals.conflicts import told_about
from visits import outings
from visits.ladder import settle_rungs
from visits.models import CancelReason, ContactAttempt, FollowUp, Visit, VisitKind, VisitWorker

TRY_AGAIN: Final = "try_again"


def stand_down(
    case_id: UUID, *, at: datetime, kinds: Sequence[str] = tuple(VisitKind)
) -> list[Visit]:
    """Cancel the booked visits and calls of a case; those given up.

    Who would have gone or rung is told, whoever is the one to cancel.
    """
    booked = Visit.objects.filter(
        follow_up__referral__case=case_id, status=Visit.Status.BOOKED, kind__in=list(kinds)
    )
    given_up = list(booked.select_related("adviser", "second_worker", "follow_up__referral"))
    for visit in given_up:
        give_up(visit, CancelReason.NOT_SAFE, at=at)
        _tell(visit)
    return given_up


def give_up(visit: Visit, reason: str, *, at: datetime) -> None:
    """Cancel one booking: its workers' time is free, and nobody is expected to leave for it."""
    outings.never_began(visit, at)  # first, as its lock is taken before the visit's everywhere
    visit.status = Visit.Status.CANCELLED
    visit.cancelled_at, visit.cancel_reason = at, reason
    visit.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    VisitWorker.objects.filter(visit=visit).update(is_booked=False)


def end_without_access(case_id: UUID | None, *, at: datetime | None = None) -> int:
    """End the duties, bookings and goings out of agencies whose access to a case has ended, and
    tell who would have gone; of every case, for the clock, where none is named."""
    with connection.cursor() as cursor:
        moment = at or timezone.now()
        cursor.execute("SELECT visits_end_without_access(%s, %s)", [case_id, moment])
        return int(cursor.fetchone()[0])


def forget_next_tries(follow_up: FollowUp, *, at: datetime) -> None:
    """Let nobody be woken any more to try again."""
    planned = ContactAttempt.objects.filter(follow_up=follow_up).exclude(next_at=None)
    for attempt_id in planned.values_list("pk", flat=True):
        settle_rungs(attempt_id, at=at, kinds=[TRY_AGAIN])


def _tell(visit: Visit) -> None:
    people: list[Membership] = [visit.adviser]
    people += [visit.second_worker] if visit.second_worker else []
    referral = visit.follow_up.referral
    told, reference = told_about(people, referral.case_id, visit.agency_id), referral.reference
    owe(told, kind="follow_up.stood_down", reference=reference, dedupe=f"{visit.pk}:stood_down")
