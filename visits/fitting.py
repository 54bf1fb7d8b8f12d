"""Whether a visit fits: all of it inside the window, the visiting hours and the survivor's safe
times, not only its beginning. Pure: what is outside is said in words."""

from datetime import datetime
from typing import NamedTuple

from directory.contact import DirectContact
from directory.safe_times import is_safe_throughout, windows_from_json
from referrals.models import Referral
from visits.models import FollowUp, VisitKind


class Span(NamedTuple):
    """From when until when, as instants."""

    starts: datetime
    ends: datetime


def outside(span: Span, follow_up: FollowUp, referral: Referral, kind: str) -> list[str]:
    """What a visit or call would lie outside of; empty when it fits."""
    is_visit = kind == VisitKind.VISIT
    said = {
        "while the clock is paused": follow_up.paused_at is not None,
        "before the visit may begin": is_visit and span.starts < follow_up.visit_from_at,
        "after the deadline": span.ends > _deadline(follow_up, span, is_visit=is_visit),
        "outside visiting hours": is_visit and not _in_visiting_hours(span, follow_up),
        "outside their safe times": not is_safe(referral, span),
    }
    return [words for words, is_so in said.items() if is_so]


def is_safe(referral: Referral, span: Span) -> bool:
    """Whether they may be contacted at all, and at every moment of the visit."""
    windows = windows_from_json(referral.safe_windows)
    return referral.contact == DirectContact.ALLOWED and is_safe_throughout(windows, *span)


def _deadline(follow_up: FollowUp, span: Span, *, is_visit: bool) -> datetime:
    """A visit has its own clock; a call after contact was made has none."""
    if is_visit:
        return follow_up.visit_by_at
    return span.ends if follow_up.contacted_at else follow_up.due_at


def _in_visiting_hours(span: Span, follow_up: FollowUp) -> bool:
    visiting = follow_up.programme.window.visiting if follow_up.programme else ()
    return not visiting or is_safe_throughout(visiting, *span)
