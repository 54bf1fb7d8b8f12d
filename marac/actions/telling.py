"""Telling her the result: her IDVA's duty, with a clock of its own."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from marac.codes import TellingOutcome
from marac.models import Telling
from referrals.actions.keeping_notes import writing_to
from referrals.errors import MoveNotAllowed, ReasonMissing
from tenancy.work import unit_of_work
from visits.ladder import settle_rungs


def tell(reference: str, outcome: str, *, by: Membership) -> list[Telling]:
    """Record that she was told what came of the MARAC, or why she was not.

    ``reference`` is the referral by which her IDVA's agency works on the case. Trying and not
    reaching her does not end the duty, so there is no outcome for it.

    :raises ReasonMissing: for an outcome that is not on the list.
    :raises MoveNotAllowed: if there is nothing to tell.
    """
    if outcome not in TellingOutcome.values:
        raise ReasonMissing("Choose whether they were told.")
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.tell", about=("referral", reference), reason=outcome)
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        with writing_to(reference, by=by) as (_, referral):
            owed = Telling.objects.owed_for(referral, by.agency_id)
            tellings = list(owed.select_for_update(of=("self",)))
            if not tellings:
                raise MoveNotAllowed("There is no result of a MARAC to tell.")
            for telling in tellings:
                telling.done_at, telling.outcome, telling.by = at, outcome, by
                telling.save(update_fields=["done_at", "outcome", "by"])
                settle_rungs(telling.pk, at=at)
                record_for_both(telling.coordinator_id)
    return tellings
