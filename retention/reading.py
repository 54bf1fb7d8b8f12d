"""What an agency has kept for long enough, what holds it, and what was asked. Codes alone."""

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.safe_times import LONDON
from referrals.models import Grant
from referrals.querysets import blocked_for
from retention.models import Disposal, Hold, RetentionRule
from retention.rules import kept_until, months_after, rules_of, shortest

MOST: Final = 50


class Kept(NamedTuple):
    """An agency's copy of a case, by what it calls it, and what may stand in the way of its going:
    a hold of anybody, or work of its own. ``last_activity_at`` is anybody's."""

    reference: str
    case_id: UUID
    last_activity_at: datetime
    harm_strands: list[str]
    children: bool | None
    age_band: str
    is_held: bool
    is_in_hand: bool


class Due(NamedTuple):
    """A copy whose time is up, by which rule and since when."""

    kept: Kept
    rule: RetentionRule
    until: date


def due(by: Membership, on: date) -> list[Due]:
    """What the agency has kept for long enough, the longest first, ``MOST`` at once.

    :raises PermissionDenied: for all but those who answer for the agency's work.
    """
    if not by.has(Permission.MANAGE):
        raise PermissionDenied
    record("list.disposals")
    rules = rules_of(by.agency.kind, on)
    if not rules:
        return []
    last = months_after(on + timedelta(days=1), -shortest(rules))
    before = datetime.combine(last, time.min, LONDON)
    found = []
    for kept in _kept(last_before=before, most=4 * MOST):
        until = kept_until(kept, rules)
        if until and until.day <= on:
            found.append(Due(kept, until.rule, until.day))
    return found[:MOST]


def waiting(by: Membership) -> QuerySet[Disposal]:
    """What a second person of the agency is asked to stand behind."""
    asked = Disposal.objects.filter(agency=by.agency_id, answered_at=None)
    asked = asked.exclude(case_id__in=blocked_for(by))
    return asked.select_related("asked_by__user", "rule").order_by("asked_at", "id")


def holds(by: Membership) -> QuerySet[Hold]:
    """What the member's agency holds. Others' holds it feels and does not see."""
    ours = Hold.objects.filter(agency=by.agency_id, lifted_at=None)
    ours = ours.exclude(case_id__in=blocked_for(by))
    return ours.select_related("placed_by__user").order_by("review_on", "id")


def copy_called(reference: str) -> Kept:
    """The asker's agency's copy of a case, by what the agency calls it.

    :raises Grant.DoesNotExist: if it has none, or it does not exist for the asker.
    """
    found = _kept(called=reference)
    if not found:
        raise Grant.DoesNotExist
    return found[0]


def copy_to_hold(reference: str) -> Kept:
    """The same, once nobody is letting go of the case, and so that nobody does before this commits.

    :raises Grant.DoesNotExist: also if it went while this waited.
    """
    copy = copy_called(reference)
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_await(%s)", [copy.case_id])
        if not cursor.fetchone()[0]:
            raise Grant.DoesNotExist
    return copy


def _kept(
    *, called: str | None = None, last_before: datetime | None = None, most: int = 1
) -> list[Kept]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM retention_kept(%s, %s, %s)", [called, last_before, most])
        return [Kept(*row) for row in cursor.fetchall()]
