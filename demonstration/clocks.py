"""Clocks that somebody touched, as their rows are left: paused for safety, and changes outside."""

from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from demonstration.following import Following
from demonstration.reaching import ask_again
from demonstration.rungs import UNCLAIMED
from directory.clock_reasons import ChangeKind, PauseReason
from directory.contact import AskAgain
from visits.actions.changing import UNANSWERED_AFTER
from visits.actions.pausing import REVIEW
from visits.ladder import CHANGED, CHANGED_UNANSWERED
from visits.models import Audience, ChangeOfCircumstance, Pause, Rung, Unless


def pause(
    follow: Following, by: Membership, at: datetime, reason: PauseReason, review_at: datetime
) -> None:
    """The clocks stand still; whoever has the case and the managers look at it again."""
    follow.follow_up.paused_at = at
    follow.acted(at)
    made = Pause(
        follow_up=follow.follow_up,
        agency_id=by.agency_id,
        reason=reason,
        review_at=review_at,
        by=by,
        at=at,
    )
    follow.book.add(made)
    for nth, (audience, person) in enumerate(((Audience.PERSON, by.pk), (Audience.MANAGERS, None))):
        _rung(
            follow,
            made.pk,
            REVIEW,
            review_at,
            nth=nth + 1,
            audience=audience,
            person_id=person,
            unless=Unless.SETTLED,
            follow_up_id=None,
        )


def report_change(follow: Following, by: Membership, at: datetime, kind: ChangeKind) -> None:
    """A change outside, reported and not dealt with yet; whoever has the case has been woken."""
    referral, follow_up = follow.referral, follow.follow_up
    ask_again(follow.book, AskAgain.CIRCUMSTANCES)
    follow.book.add_plain(
        ChangeOfCircumstance,
        referral_id=referral.pk,
        agency_id=referral.receiving_agency_id,
        reported_by_id=by.agency_id,
        kind=kind,
        happened_at=at,
        by_id=by.pk,
        at=at,
        dealt_with_at=None,
        dealt_with_by_id=None,
    )
    rungs = (
        (CHANGED, Audience.WHOSE, Unless.SETTLED, at),
        (CHANGED_UNANSWERED, Audience.WHOSE_AND_MANAGERS, Unless.ACTED, at + UNANSWERED_AFTER),
    )
    for code, audience, unless, due_at in rungs:
        _rung(
            follow,
            follow_up.pk,
            code,
            due_at,
            nth=1,
            audience=audience,
            person_id=None,
            unless=unless,
            follow_up_id=follow_up.pk,
        )


def _rung(follow: Following, about: UUID, kind: str, due_at: datetime, **more: object) -> None:
    fired = due_at <= follow.book.now
    follow.book.add_plain(
        Rung,
        about=about,
        agency_id=follow.follow_up.agency_id,
        kind=kind,
        reference=follow.referral.reference,
        due_at=due_at,
        available_at=due_at,
        fired_at=due_at if fired else None,
        settled_at=None,
        told=1 if fired else 0,
        **more,
        **UNCLAIMED,
    )
