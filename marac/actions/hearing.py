"""What came of a hearing: the result in sealed words, and what each agency agreed to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Agency, Membership
from audit.recording import record, record_for_both
from marac.actions.listing import in_hand
from marac.codes import AgreedAction
from marac.models import Listing, MaracAction, MaracReferral
from marac.sealed import ACTION, RESULT, seal_words
from marac.terms import coordinates
from notices.outbox import owe
from referrals.actions._making_a_move import told_on
from referrals.actions.keeping_notes import writing_to
from referrals.clear_facts import check_code
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.lifecycle import Side
from tenancy.work import unit_of_work
from visits.ladder import settle_rungs


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One action: what, by which agency, by which day. ``words`` are sealed."""

    code: str
    agency: Agency
    due_on: date
    words: str = ""


def record_result(
    reference: str, agreed: Sequence[Agreed], *, by: Membership, words: str = ""
) -> Listing:
    """Record that a case was heard, and what was agreed. Actions can be added to it later.

    :raises MoveNotAllowed: before the meeting, or if it is on no list.
    :raises NotWellFormed: for an action on no list, or one due before the meeting.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.record_result", about=("referral", reference))
        marac = in_hand(reference, by=by)
        listing = marac.listings.select_related("meeting").filter(left_at=None).first()
        if listing is None or listing.meeting.held_at > at:
            raise MoveNotAllowed("This case has not been heard yet.")
        if not (agreed or words.strip()):
            raise NotWellFormed("words", "Write the result, or choose an action.")
        with writing_to(reference, by=by) as (writing, _):
            seal_words(writing, listing.pk, RESULT, words)
            for each in agreed:
                seal_words(writing, _action(listing, each, marac).pk, ACTION, each.words)
        if listing.heard_at is None:
            listing.heard_at = listing.meeting.held_at
            listing.save(update_fields=["heard_at"])
        _tell(marac, listing)
    return listing


def mark_done(action_id: UUID, *, by: Membership) -> MaracAction:
    """Note that an agency did what it agreed to: nobody is reminded of it any more.

    :raises MaracAction.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for everybody but the coordinator's managers.
    """
    with unit_of_work(by.context):
        record("marac.mark_done", about=("marac_action", action_id))
        action = MaracAction.objects.get(pk=action_id)
        if action.coordinator_id != by.agency_id or not coordinates(by):
            raise PermissionDenied
        action = MaracAction.objects.select_for_update(of=("self",)).get(pk=action_id)
        if action.done_at is not None:
            raise MoveNotAllowed("This action is done already.")
        action.done_at = timezone.now()
        action.save(update_fields=["done_at"])
        settle_rungs(action.pk, at=action.done_at)
    return action


def _action(listing: Listing, agreed: Agreed, marac: MaracReferral) -> MaracAction:
    check_code("code", agreed.code, AgreedAction.values)
    if agreed.due_on < timezone.localdate(listing.meeting.held_at):
        raise NotWellFormed("due_on", "An action cannot be due before the meeting.")
    return MaracAction.objects.create(
        listing=listing,
        coordinator_id=marac.agency_id,
        agency=agreed.agency,
        code=agreed.code,
        due_on=agreed.due_on,
        recorded_at=timezone.now(),
    )


def _tell(marac: MaracReferral, listing: Listing) -> None:
    """Whoever referred it hears that there is a result; the words are in the case."""
    told = told_on(marac.referral, Side.REFERRING)
    reference = marac.referral.reference
    owe(told, kind="marac.result", reference=reference, dedupe=f"{listing.pk}:result")
    record_for_both(marac.referring_agency_id)
