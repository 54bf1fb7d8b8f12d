"""Handing the duty to follow up on to another agency, while its clock goes on running."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from accounts.models import Agency, Membership
from referrals import actions as referring
from referrals.actions.referring_on import Passage
from referrals.details import ConsentDetails
from referrals.errors import MoveNotAllowed
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral
from referrals.models.consent import Purpose
from visits.actions._following_up import Following, following
from visits.ladder import rungs_of
from visits.models import FollowUp, Rung


def hand_on(
    reference: str,
    to: Agency,
    consent: ConsentDetails,
    *,
    by: Membership,
    facts: Mapping[str, object] = MappingProxyType({}),
) -> Referral:
    """Refer a case on with the duty to follow it up, on the same clock.

    Whoever hands on owes the duty until the other agency has taken it; both are woken meanwhile.
    Then what is booked here is called off. ``facts`` are clear facts that differ by now.

    :raises MoveNotAllowed: if it was handed to somebody who has not declined it.
    :raises ConsentMissing: without her agreement to that agency, or a ground.
    """
    with following("hand_on", reference, by=by) as follow:
        _refuse_twice(follow, by)
        passage = Passage(
            to=to,
            purpose=Purpose.FOLLOW_UP,
            consent=consent,
            answer_due_at=follow.follow_up.due_at,
            visit_ended_at=follow.follow_up.visit_ended_at,
            facts=facts,
        )
        child = referring.pass_on(reference, passage, by=by)
        theirs = _same_clock(follow.follow_up, child)
        theirs.save(force_insert=True)
        Rung.objects.bulk_create(_still_to_fire(rungs_of(theirs, child.reference), follow.at))
    return child


def _still_to_fire(rungs: list[Rung], at: datetime) -> list[Rung]:
    """Of what has passed only the last: it wakes them now, late, and once."""
    passed = [rung for rung in rungs if rung.due_at <= at]
    return [*passed[-1:], *(rung for rung in rungs if rung.due_at > at)]


def _refuse_twice(follow: Following, by: Membership) -> None:
    """``visit_ended_at`` stands on what carries the duty, and on no other onward referral."""
    handed = Referral.objects.filter(
        parent=follow.referral,
        referring_agency=by.agency_id,
        visit_ended_at__isnull=False,
        status__in=[*PENDING, Status.ACCEPTED],
    )
    if handed.exists():
        raise MoveNotAllowed("This was handed on already. Withdraw that first.")


def _same_clock(ours: FollowUp, child: Referral) -> FollowUp:
    """The other agency's follow-up: every deadline as it stands, nothing begun anew."""
    return FollowUp(
        referral=child,
        agency_id=child.receiving_agency_id,
        referring_agency_id=child.referring_agency_id,
        programme_id=ours.programme_id,
        visit_ended_at=ours.visit_ended_at,
        due_at=ours.due_at,
        visit_from_at=ours.visit_from_at,
        visit_by_at=ours.visit_by_at,
        code_due_at=ours.code_due_at,
        contacted_at=ours.contacted_at,
        needs_second_worker=ours.needs_second_worker,
    )
