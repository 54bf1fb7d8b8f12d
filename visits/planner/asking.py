"""Asking for a plan: a row. Nobody waits for the answer in a request."""

import logging

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from tenancy.work import unit_of_work
from visits.models import PlanRun
from visits.tasks import work_out_plan

logger = logging.getLogger(__name__)


def ask_for_plan(*, by: Membership) -> PlanRun:
    """Ask for a plan of the agency's visits. While one is being worked out, that one is meant."""
    with unit_of_work(by.context):
        record("plan.ask", about=("agency", by.agency_id))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        run = PlanRun(agency_id=by.agency_id, asked_by=by, asked_at=timezone.now())
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError as error:
            if "visits_planrun_one_waits" not in str(error):
                raise
            return PlanRun.objects.get(
                agency=by.agency_id, state__in=[PlanRun.State.ASKED, PlanRun.State.RUNNING]
            )
        transaction.on_commit(lambda: _nudge(run), robust=True)
        return run


def _nudge(run: PlanRun) -> None:
    """Ring for a worker; with Redis away the next sweep finds the row."""
    try:
        work_out_plan.apply_async(kwargs={"run_id": str(run.pk)}, retry=False)
    except work_out_plan.OperationalError as error:
        logger.warning("No nudge, the sweep will find the plan: %s", error)
