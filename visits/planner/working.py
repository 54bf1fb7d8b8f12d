"""Working plans out, in the worker: one run at a time, from its row, done once whatever dies."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from psycopg.types.range import TimestamptzRange

from notices.claiming import Parking, claim, park, put_off
from notices.clock import Clock
from planning.problem import Fact, Plan
from planning.problem import Proposal as Proposed
from planning.reasons import Why
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import NotPlaced, PlanRun, Proposal
from visits.planner.facts import as_stored
from visits.planner.reading import Reading, read

BUDGET: Final = timedelta(seconds=20)
LEASE: Final = timedelta(seconds=40)
"""The solver's library alone may take seconds to load in a fresh process."""
TRIES: Final = 3
_WAITING: Final = (PlanRun.State.ASKED, PlanRun.State.RUNNING)
logger = logging.getLogger(__name__)


def sweep(at: datetime) -> int:
    """Work out the plans that were asked for; how many were settled."""
    clock, settled = Clock(at), 0
    while clock.elapsed < BUDGET:
        taken = _take(PlanRun.objects.all(), at=clock.now)
        if not taken:
            break
        settled += _work_out(taken[0], clock)
    with unit_of_work(Context.system()):
        parked = PlanRun.objects.filter(parked_at__isnull=False, state__in=_WAITING)
        parked.update(state=PlanRun.State.FAILED)
    return settled


def work_out(run_id: str, *, at: datetime) -> int:
    """Work out one plan now, unless that is being done or was done."""
    taken = _take(PlanRun.objects.filter(pk=run_id), at=at)
    return _work_out(taken[0], Clock(at)) if taken else 0


def _take(runs: QuerySet[PlanRun], *, at: datetime) -> list[UUID]:
    with unit_of_work(Context.system()):
        waiting = runs.filter(state__in=_WAITING)
        taken: list[UUID] = claim(waiting, at=at, limit=1, lease=LEASE)
        PlanRun.objects.filter(pk__in=taken).update(state=PlanRun.State.RUNNING)
    return taken


def _work_out(run_id: UUID, clock: Clock) -> bool:
    """Read, solve outside any transaction, and keep the answer. A failure is tried again."""
    try:
        with unit_of_work(Context.system()):
            run = PlanRun.objects.get(pk=run_id)
            reading = read(run.agency_id, at=clock.now)
        _keep(run_id, reading, _solved(reading), at=clock.now)
    except Exception as error:  # noqa: BLE001 -- one bad plan must not keep the others waiting
        logger.error("Plan %s failed: %s.", run_id, type(error).__name__)  # noqa: TRY400
        _fail(run_id, at=clock.now)
        return False
    return True


def _solved(reading: Reading) -> Plan:
    from planning.planner import plan  # noqa: PLC0415 -- 100 MB that only a worker has to load

    return plan(reading.problem)


def _keep(run_id: UUID, reading: Reading, plan: Plan, *, at: datetime) -> None:
    """Keep the answer with its run's end, or, if another worker was first, nothing."""
    with unit_of_work(Context.system()):
        run = PlanRun.objects.select_for_update().get(pk=run_id)
        if run.state not in _WAITING:
            return
        Proposal.objects.bulk_create(_proposal(run, reading, each) for each in plan.proposals)
        NotPlaced.objects.bulk_create(_not_placed(run, reading, plan))
        run.state, run.planned_at, run.lease_until = PlanRun.State.DONE, at, None
        run.solved_ms, run.is_proven = round(plan.seconds * 1000), plan.is_proven
        run.without_rota = reading.without_rota
        run.save()


def _proposal(run: PlanRun, reading: Reading, proposed: Proposed) -> Proposal:
    visit = next(each for each in reading.problem.visits if each.id == proposed.visit)
    worker, start, second = proposed.assignment
    return Proposal(
        run=run,
        agency_id=run.agency_id,
        follow_up_id=reading.follow_ups[proposed.visit],
        adviser_id=reading.people[worker],
        second_worker_id=reading.people[second] if second else None,
        during=TimestamptzRange(start, start + visit.length),
        is_late=any(fact.code == Why.LATE for fact in proposed.why),
        why=as_stored(proposed.why),
    )


def _not_placed(run: PlanRun, reading: Reading, plan: Plan) -> list[NotPlaced]:
    why: dict[UUID, Sequence[Fact]] = {
        reading.follow_ups[each.visit]: each.why for each in plan.not_placed
    }
    why |= {each.follow_up: [Fact(each.code, {})] for each in reading.left}
    return [
        NotPlaced(run=run, agency_id=run.agency_id, follow_up_id=follow_up, why=as_stored(facts))
        for follow_up, facts in why.items()
    ]


def _fail(run_id: UUID, *, at: datetime) -> None:
    with unit_of_work(Context.system()):
        run = PlanRun.objects.select_for_update().get(pk=run_id)
        if run.state not in _WAITING:
            return
        if run.attempts < TRIES:
            put_off(run, at=at)
            return
        park(run, at=at, why=Parking.FAILED)
        PlanRun.objects.filter(pk=run_id).update(state=PlanRun.State.FAILED)
