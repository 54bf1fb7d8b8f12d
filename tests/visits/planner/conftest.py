"""What the tests of plans share: advisers who may go alone, and referrals that may be visited."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership
from directory.safe_times import SafeTime, windows_of
from notices.clock import database_now
from referrals.models import Referral
from rota.models import AdviserAbilities
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.world import LIVERPOOL, People
from visits import actions
from visits.models import FollowUp, NotPlaced, PlanRun, Proposal
from visits.planner import working
from visits.planner.asking import ask_for_plan

ADVISERS = ("adviser", "second_adviser", "duty_manager")
ANY_TIME = windows_of([SafeTime.ANY_TIME])


@pytest.fixture
def able(people: People, own_database: str) -> People:
    """The people, with Liverpool's advisers able to visit alone; nobody keeps a rota."""
    for who in ADVISERS:
        set_abilities(getattr(people, who))
    return people


def set_abilities(of: Membership, **changes: Any) -> None:
    """What an adviser brings."""
    given_ = {"areas": [LIVERPOOL], "languages": [], "specialisms": [], "may_visit_alone": True}
    with unit_of_work(of.context):
        AdviserAbilities.objects.update_or_create(
            membership=of, defaults={"agency_id": of.agency_id, **given_, **changes}
        )


def a_taken_one(people: People, *, by: str = "adviser", ago: int = 2, **case: Any) -> Referral:
    """A referral of the police that an adviser has taken, safe at any time unless said."""
    somebody = given.somebody_else(people.officer)
    sent = actions.refer_after_visit(
        given.details(**{"safe_windows": ANY_TIME, "documents": somebody, **case}),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=ago),
    )
    return actions.take(sent.reference, by=getattr(people, by))


@pytest.fixture
def planned(own_database: str, people: People) -> Callable[[], PlanRun]:
    """Ask for a plan and have the worker's role work it out; the run."""

    def plan() -> PlanRun:
        run = ask_for_plan(by=people.duty_manager)
        sweep()
        with unit_of_work(people.duty_manager.context):
            return PlanRun.objects.get(pk=run.pk)

    return plan


def sweep(later: timedelta = timedelta()) -> int:
    """Sweep as the worker does, now or after a while."""
    with databases.signed_in_as(databases.WORKER):
        with unit_of_work(Context.system()):
            at = database_now()
        return working.sweep(at + later)


def proposals(run: PlanRun, by: Membership) -> list[Proposal]:
    """What a plan proposes, in order of time."""
    with unit_of_work(by.context):
        rows = Proposal.objects.filter(run=run).select_related("follow_up__referral")
        return list(rows.order_by("during", "pk"))


def not_placed(run: PlanRun, by: Membership) -> dict[str, str]:
    """Reference → the code of why it has no place."""
    with unit_of_work(by.context):
        rows = NotPlaced.objects.filter(run=run).select_related("follow_up__referral")
        return {row.follow_up.referral.reference: row.why[0]["code"] for row in rows}


def follow_up_of(referral: Referral, by: Membership) -> FollowUp:
    """The follow-up of a referral."""
    with unit_of_work(by.context):
        return FollowUp.objects.get(referral=referral)
