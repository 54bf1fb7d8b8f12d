"""What comes in through Redis: the id of a plan that somebody waits for, no more."""

from celery import shared_task

from notices.clock import database_now
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.planner import working


@shared_task(name="visits.work_out_plan")
def work_out_plan(*, run_id: str, **_: object) -> None:
    """Work out a plan now. Without this nudge the next sweep does."""
    with unit_of_work(Context.system()):
        at = database_now()
    working.work_out(run_id, at=at)
