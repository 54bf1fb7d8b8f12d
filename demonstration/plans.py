"""Plans in the demonstration: asked for at the desks that have joined, and worked out by whichever
worker comes first, as every plan is. A newcomer's first look at the page finds what it proposes."""

from datetime import datetime

from accounts.models import Membership
from accounts.roles import Role
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import PlanRun, Programme


def ask_for_plans(now: datetime) -> int:
    """Have a manager of each desk ask for a plan; how many did. Once is enough."""
    with unit_of_work(Context.migration()):
        desks = Programme.objects.filter(is_joined=True, period__endswith=None).values("desk")
        asked = PlanRun.objects.values("agency")
        managers = Membership.objects.filter(role=Role.DUTY_MANAGER, agency__in=desks)
        by_desk = {each.agency_id: each for each in managers.exclude(agency__in=asked)}
        runs = [
            PlanRun(agency_id=desk, asked_by=manager, asked_at=now)
            for desk, manager in by_desk.items()
        ]
        return len(PlanRun.objects.bulk_create(runs))
