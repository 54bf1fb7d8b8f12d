"""Waking people: each rung of the ladder fires once, in the worker, from the rows alone."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import Permission
from notices.claiming import LEASE, claim, give_back, put_off
from notices.clock import Clock
from notices.outbox import owe
from referrals.lifecycle import PENDING, Status
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import Audience, Rung, Unless

BITE: Final = 100
BUDGET: Final = timedelta(seconds=25)
LATEST_START: Final = LEASE / 3  # a rung begun later might outlast the lease
logger = logging.getLogger(__name__)


def sweep(at: datetime) -> int:
    """Fire the rungs that are due; returns how many were settled."""
    clock, settled = Clock(at), 0
    while clock.elapsed < BUDGET:
        with unit_of_work(Context.system()):
            taken = claim(
                Rung.objects.filter(fired_at=None, settled_at=None), at=clock.now, limit=BITE
            )
        if not taken:
            break
        with unit_of_work(Context.system()):
            settled += _fire_all(taken, at=clock.now)
    return settled


def _fire_all(taken: list[UUID], *, at: datetime) -> int:
    """Fire a bite. What would outlast its lease is given back before it is begun."""
    clock, fired = Clock(at), 0
    held = Rung.objects.filter(pk__in=taken, fired_at=None).select_for_update(of=("self",))
    rungs = list(held.select_related("follow_up__referral").order_by("pk"))
    for nth, rung in enumerate(rungs):
        if nth and clock.elapsed > LATEST_START:
            give_back(Rung.objects.filter(pk__in=[rung.pk for rung in rungs[nth:]]))
            break
        fired += _fire(rung, at=at)
    return fired


def _fire(rung: Rung, *, at: datetime) -> bool:
    """Fire one rung. If that fails it is tried again later, and holds up none of the others."""
    try:
        with unit_of_work(Context.system()):
            people = _woken(rung) if _is_needed(rung) else []
            kind = f"follow_up.{rung.kind}" if rung.follow_up else rung.kind
            owe(people, kind=kind, reference=rung.reference, dedupe=str(rung.pk))
            rung.fired_at, rung.told, rung.lease_until = at, len(people), None
            rung.save(update_fields=["fired_at", "told", "lease_until"])
    except Exception as error:  # noqa: BLE001 -- one bad rung must not keep the others from firing
        logger.error("%s could not be fired: %s.", rung.pk, type(error).__name__)  # noqa: TRY400
        put_off(rung, at=at)
        return False
    return True


def _is_needed(rung: Rung) -> bool:
    """Nobody is woken for what was done, given up, or (twelve hours before) is somebody's."""
    if rung.follow_up is None:
        return rung.settled_at is None
    follow_up, referral = rung.follow_up, rung.follow_up.referral
    if follow_up.ended_at or follow_up.contacted_at:
        return False
    if rung.unless == Unless.TAKEN:
        return referral.status in PENDING
    return referral.status in {*PENDING, Status.ACCEPTED}


def _woken(rung: Rung) -> list[Membership]:
    """Whom a rung wakes, of those who are there now."""
    staff = Membership.objects.current().filter(agency=rung.agency_id).exclude(user=None)
    deciders = Q(pk__in=Membership.objects.holding(Permission.DECIDE).values("pk"))
    managers = Q(pk__in=Membership.objects.holding(Permission.MANAGE).values("pk"))
    assigned = rung.follow_up.referral.assigned_to_id if rung.follow_up else None
    whose = Q(pk=assigned) if assigned else deciders
    return list(
        staff.filter(
            {
                Audience.DESK: deciders,
                Audience.WHOSE: whose,
                Audience.WHOSE_AND_MANAGERS: whose | managers,
                Audience.MANAGERS: managers,
                Audience.PERSON: Q(pk=rung.person_id),
            }[Audience(rung.audience)]
        )
    )
