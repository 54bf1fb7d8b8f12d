"""What a receiving agency may still be shown of a referral that is taken back, or whose agreement
has ended: that there was one, and not a fact about the person, sealed or clear."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from accounts.models import Membership
from referrals.lifecycle import Side, Status
from referrals.models import Grant, Referral

_WORKED_ON: Final = frozenset({Status.ACCEPTED, Status.CLOSED})


def knowing_access(referrals: QuerySet[Referral], of: Membership) -> QuerySet[Referral]:
    """The same, each with ``has_access``: whether the member's agency has the case now."""
    live = Grant.objects.live(Now()).filter(case=OuterRef("case"), agency_id=of.agency_id)
    return referrals.annotate(has_access=Exists(live))


def without_what_is_lost(referrals: Iterable[Referral], to: Membership) -> Sequence[Referral]:
    """Referrals out of :func:`knowing_access` to show to a member, their clear facts blank where
    the agency lost them."""
    shown = list(referrals)
    for each in shown:
        if each.side_of(to.agency_id) is Side.RECEIVING and _is_lost(each):
            each.forget_facts()
    return shown


def _is_lost(referral: Referral) -> bool:
    has_access: bool = referral.has_access  # type: ignore[attr-defined]
    return referral.status == Status.WITHDRAWN or (referral.status in _WORKED_ON and not has_access)
