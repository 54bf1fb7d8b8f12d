"""What a receiving agency may still be shown of a referral that is taken back, or whose agreement
has ended: that there was one, and not a fact about the person, sealed or clear."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils import timezone

from accounts.models import Membership
from referrals.lifecycle import Side, Status
from referrals.models import Grant, Referral

_WORKED_ON: Final = frozenset({Status.ACCEPTED, Status.CLOSED})


def without_what_is_lost(referrals: Iterable[Referral], to: Membership) -> Sequence[Referral]:
    """The same referrals to show to a member, the clear facts blank where the agency lost them.

    One question for all of them, and none where nothing was worked on.
    """
    shown = list(referrals)
    received = [each for each in shown if each.side_of(to.agency_id) is Side.RECEIVING]
    worked_on = {each.case_id for each in received if each.status in _WORKED_ON}
    held: set[object] = set()
    if worked_on:
        live = Grant.objects.live(timezone.now())
        ours = live.filter(agency_id=to.agency_id, case__in=worked_on)
        held = set(ours.values_list("case", flat=True))
    for each in received:
        if each.status == Status.WITHDRAWN or each.case_id in worked_on - held:
            each.forget_facts()
    return shown
