"""Whether a visit or call may be booked: what the gate of safe contact says of its channels."""

from collections.abc import Iterable
from datetime import datetime

from directory.contact import CALLS, DIRECT, ContactChannel
from referrals.models import Referral
from referrals.safe_contact import Verdict, Ways, judged, judged_any, ways_of
from visits.models import VisitKind


def may_book(
    referral: Referral,
    kind: str,
    at: datetime,
    *,
    outside_reason: str = "",
    through_safe_person: bool = False,
) -> Verdict:
    """Whether somebody may be sent, or may ring, at an instant.

    A visit that was never spoken of by itself is arranged in one of the ways that are safe, or
    through somebody she trusts.
    """
    ways = ways_of(referral.case_id, referral.contact)
    if through_safe_person:
        verdict = judged(ways, ContactChannel.SAFE_PERSON, at, outside_reason=outside_reason)
        if verdict.allowed:
            return verdict
    return judged_any(ways, _channels(ways, kind), at, outside_reason=outside_reason)


def _channels(ways: Ways, kind: str) -> Iterable[str]:
    if kind == VisitKind.CALL:
        return CALLS
    if ContactChannel.VISIT in ways.rules:
        return [ContactChannel.VISIT]
    return sorted(DIRECT & ways.rules.keys()) or [ContactChannel.VISIT]
