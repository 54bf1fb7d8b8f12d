"""What she says of prosecution: a fact with a date, hers to change, and the key to nothing."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.outcomes import Prosecution
from referrals.actions.keeping_notes import writing_to
from referrals.errors import NotWellFormed
from tenancy.work import unit_of_work
from visits.models import ProsecutionView


def note_view(
    reference: str, view: str, *, by: Membership, held_on: date | None = None
) -> ProsecutionView | None:
    """Note where they stand on prosecution. "Not asked" says nothing, so it changes nothing.

    Their agency keeps it, and tells nobody: not the police either. It may be noted at any time
    while the case is worked on, whether a follow-up runs or not.

    :raises NotWellFormed: for a view that is not on the list, or a day still to come.
    :raises PermissionDenied: if it is not theirs to work on.
    """
    if view not in Prosecution.values:
        raise NotWellFormed("view", "Choose one of the answers on the list.")
    with unit_of_work(by.context):
        record("case.prosecution", about=("referral", reference))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        with writing_to(reference, by=by) as (writing, _):
            today = timezone.localdate(writing.at)
            if held_on and held_on > today:
                raise NotWellFormed("held_on", "The day must be in the past.")
            if view == Prosecution.NOT_ASKED:
                return None
            return ProsecutionView.objects.create(
                case=writing.case,
                agency_id=by.agency_id,
                view=view,
                held_on=held_on or today,
                by=by,
                recorded_at=writing.at,
            )
