"""The week somebody works, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from psycopg.types.range import DateRange, Int4Range

from accounts.models import Membership
from referrals.errors import MoveNotAllowed, NotWellFormed
from rota.actions._keeping import Keeping, check_length, check_near, keeping, unless
from rota.models import WEEK, PatternShift, WorkingPattern

LEAST_SHARE: Final = 5
Minutes = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class NewPattern:
    """A week, in minutes of the wall clock since Monday began. ``ends_on`` still counts; after it
    the pattern before goes on."""

    shifts: Sequence[Minutes]
    starts_on: date
    ends_on: date | None = None
    full_time_share: int = 100

    @property
    def period(self) -> DateRange:
        """From the first day up to the day after the last."""
        return DateRange(self.starts_on, self.ends_on and self.ends_on + timedelta(days=1))


def set_pattern(person: Membership, new: NewPattern, *, by: Membership) -> WorkingPattern:
    """Set what a colleague works from a day on. It takes the place of what was to be worked then;
    what was worked before that day stays as it was.

    :raises NotWellFormed: for shifts that overlap or are none, days out of reach, or a share of
        full time that is none.
    :raises MoveNotAllowed: if somebody else set it at the same moment.
    """
    with keeping("set_pattern", person, by=by) as keep:
        _check(new, keep.today)
        at_once = MoveNotAllowed("Somebody else has just changed this pattern. Look at it again.")
        with unless("rota_pattern_one_at_a_time", at_once):
            _make_room(new.period, keep)
            return _save(new.period, new.shifts, new.full_time_share, keep, by)


def _check(new: NewPattern, today: date) -> None:
    if not new.shifts:
        raise NotWellFormed("shifts", "Enter the hours of at least one day.")
    for begins, ends in new.shifts:
        check_length("shifts", begins, ends)
    if _overlap(new.shifts):
        raise NotWellFormed("shifts", "Two of these shifts overlap.")
    check_near("starts_on", new.starts_on, today)
    if new.ends_on is not None:
        check_near("ends_on", new.ends_on, today)
        if new.ends_on < new.starts_on:
            raise NotWellFormed("ends_on", "The last day cannot lie before the first.")
    if not LEAST_SHARE <= new.full_time_share <= 100:  # noqa: PLR2004 -- percent
        raise NotWellFormed("full_time_share", "Give a share between 5 and 100 percent.")


def _overlap(shifts: Sequence[Minutes]) -> bool:
    """Whether two shifts overlap, Sunday's night and Monday's morning among them."""
    ordered = sorted(shifts)
    first_again = (ordered[0][0] + WEEK, ordered[0][1] + WEEK)
    return any(earlier[1] > later[0] for earlier, later in pairwise([*ordered, first_again]))


def _make_room(period: DateRange, keep: Keeping) -> None:
    """Cut the period out of the patterns there are; one that reaches beyond it goes on after."""
    standing = WorkingPattern.objects.filter(membership=keep.person, period__overlap=period)
    for old in standing.select_related("set_by").prefetch_related("shifts"):
        was, shifts = (
            old.period,
            [(row.minutes.lower, row.minutes.upper) for row in old.shifts.all()],
        )
        if was.lower < period.lower:
            old.period = DateRange(was.lower, period.lower)
            old.save(update_fields=["period"])
        else:
            old.delete()
        if period.upper and (was.upper is None or was.upper > period.upper):
            after = DateRange(period.upper, was.upper)
            _save(after, shifts, old.full_time_share, keep, old.set_by)


def _save(
    period: DateRange, shifts: Sequence[Minutes], share: int, keep: Keeping, by: Membership
) -> WorkingPattern:
    pattern = WorkingPattern.objects.create(
        agency_id=keep.agency_id,
        membership=keep.person,
        period=period,
        full_time_share=share,
        set_by=by,
        set_at=keep.at,
    )
    PatternShift.objects.bulk_create(
        PatternShift(pattern=pattern, agency_id=keep.agency_id, minutes=Int4Range(*minutes))
        for minutes in shifts
    )
    return pattern
