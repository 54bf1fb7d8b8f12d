"""What people make of a proposal: book it, or refuse it. Booking by hand needs none of this."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from referrals.errors import MoveNotAllowed, ReasonMissing
from tenancy.work import unit_of_work
from visits.actions.booking import Booking, DoubleBooked, OutsideReason, book
from visits.models import PlanRun, Proposal, RefusalReason, Visit

OVERTAKEN: Final = "Somebody is booked elsewhere by now, so nothing was booked. Plan again."


def confirm(proposal_id: UUID, *, by: Membership) -> Proposal:
    """Book what is proposed. If somebody was booked elsewhere meanwhile, it is overtaken.

    :raises MoveNotAllowed: if it was decided already, is not of the newest plan, or the visit is
        booked by now.
    :raises PermissionDenied: if the case is not theirs to work on.
    """
    with _proposed("confirm", proposal_id, by=by) as proposal:
        booked = Visit.objects.filter(
            follow_up=proposal.follow_up_id, status=Visit.Status.BOOKED
        ).exists()
        if booked:
            raise MoveNotAllowed("This visit is booked already.")
        try:
            book(proposal.follow_up.referral.reference, _booking(proposal), by=by)
            proposal.state = Proposal.State.CONFIRMED
        except DoubleBooked:
            proposal.state = Proposal.State.OVERTAKEN
    return proposal


def refuse(proposal_id: UUID, reason: str, *, by: Membership) -> Proposal:
    """Refuse a proposal; no later plan proposes the same again.

    :raises ReasonMissing: for a reason that is not on the list.
    """
    if reason not in RefusalReason.values:
        raise ReasonMissing("Select what is not right about it.")
    with _proposed("refuse", proposal_id, by=by) as proposal:
        proposal.state, proposal.refused_for = Proposal.State.REFUSED, reason
    return proposal


def newest_plan(member: Membership) -> PlanRun | None:
    """The newest plan that is done."""
    done = PlanRun.objects.filter(agency=member.agency_id, state=PlanRun.State.DONE)
    return done.order_by("-asked_at", "-pk").first()


@contextmanager
def _proposed(action: str, proposal_id: UUID, *, by: Membership) -> Iterator[Proposal]:
    """Lock a proposal of the newest plan that nobody has decided; keep what is decided."""
    with unit_of_work(by.context):
        record(f"plan.{action}", about=("proposal", proposal_id))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        locked = Proposal.objects.select_for_update(of=("self",)).filter(agency=by.agency_id)
        related = locked.select_related("follow_up__referral", "adviser", "second_worker")
        proposal = related.get(pk=proposal_id)
        newest = newest_plan(by)
        if proposal.state != Proposal.State.PROPOSED:
            raise MoveNotAllowed(f"{proposal.get_state_display()} already.")
        if newest is None or newest.pk != proposal.run_id:
            raise MoveNotAllowed("There is a newer plan. Look at that one.")
        yield proposal
        proposal.decided_by, proposal.decided_at = by, timezone.now()
        proposal.save()


def _booking(proposal: Proposal) -> Booking:
    during = proposal.during
    return Booking(
        adviser=proposal.adviser,
        second_worker=proposal.second_worker,
        starts_at=during.lower,
        minutes=int((during.upper - during.lower).total_seconds() // 60),
        outside_reason=OutsideReason.NOBODY_FREE if proposal.is_late else "",
    )
