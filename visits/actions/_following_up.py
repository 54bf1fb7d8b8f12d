"""The one way to somebody's follow-up: locked, theirs, and still running."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from events.kinds import EventKind
from events.outbox import tell_systems
from referrals.actions.keeping_notes import add_note, writing_to
from referrals.errors import MoveNotAllowed
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits.models import FollowUp


class Following(NamedTuple):
    """A follow-up in hand: its referral, and the one moment of the act."""

    follow_up: FollowUp
    referral: Referral
    at: datetime


@contextmanager
def following(action: str, reference: str, *, by: Membership) -> Iterator[Following]:
    """Lock case and follow-up of an accepted referral that ``by`` may work on.

    Whatever is done acknowledges what woke somebody: ``acted_at`` is the moment of the act.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to work on.
    :raises MoveNotAllowed: if the follow-up has ended, or there is none.
    """
    with unit_of_work(by.context):
        record(f"follow_up.{action}", about=("referral", reference))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        with writing_to(reference, by=by) as (_, referral):
            locked = FollowUp.objects.select_for_update(of=("self",))
            follow_up = locked.filter(referral=referral).first()
            if follow_up is None or follow_up.ended_at is not None:
                raise MoveNotAllowed("There is no follow-up here that still runs.")
            follow_up.acted_at = timezone.now()
            yield Following(follow_up, referral, follow_up.acted_at)
            FollowUp.objects.filter(pk=follow_up.pk).update(acted_at=follow_up.acted_at)
            ours, at = (by.agency_id,), follow_up.acted_at
            tell_systems(ours, EventKind.FOLLOW_UP_CHANGED, reference=reference, at=at)


def keep_note(reference: str, note: str, by: Membership) -> None:
    """Keep what was said beside an act among the agency's own sealed notes; nothing if nothing."""
    if note.strip():
        add_note(reference, by=by, text=note)
