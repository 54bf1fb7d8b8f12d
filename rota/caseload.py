"""How much each adviser carries, beside what one can carry safely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from referrals.lifecycle import Status
from referrals.models import Referral
from rota.duty import advisers
from rota.models import WorkingPattern

YEAR: Final = timedelta(days=365)
FEWEST: Final = 60
MOST: Final = 80
"""Cases a full-time adviser takes in a year: 60 to 80 of about 100 referred, by what SafeLives
reckons a MARAC area needs
(https://safelives.org.uk/resources-for-professionals/marac-resources/reviewing-your-marac-data/;
60 to 70 in
https://safelives.org.uk/policy_blog/inspired-some-idvas-%E2%80%93-and-irritated-manifestos, which
tells of services that carried nearly 300)."""

TOO_SHORT_TO_JUDGE: Final = timedelta(days=28)


@dataclass(frozen=True)
class Caseload:
    """What an adviser carries. ``fewest`` and ``most`` are the year's numbers, in proportion to
    the share of full time worked and to how long they have been there; ``days`` of the year."""

    open_now: int
    taken: int
    fewest: int
    most: int
    days: int

    @property
    def is_judged(self) -> bool:
        """Whether they have been there long enough for the comparison to mean anything."""
        return self.days >= TOO_SHORT_TO_JUDGE.days

    @property
    def is_more_than_recommended(self) -> bool:
        """Whether they took more than one adviser should."""
        return self.is_judged and self.taken > self.most


def caseloads(agency_id: int, at: datetime) -> Mapping[int, Caseload]:
    """By adviser: what is theirs now, and what they took in the last 12 months."""
    today = timezone.localdate(at)
    joined_at = dict(advisers(agency_id).values_list("pk", "started_at"))
    periods: dict[int, list[WorkingPattern]] = {person: [] for person in joined_at}
    for pattern in WorkingPattern.objects.filter(agency=agency_id).order_by("period"):
        periods.get(pattern.membership_id, []).append(pattern)
    carried = _carried(agency_id, at)
    found = {}
    for person, joined in joined_at.items():
        first_day = max(timezone.localdate(joined), today - YEAR)
        days = (today - first_day).days
        years = _full_time_days(periods[person], first_day, today) / YEAR.days
        open_now, taken = carried.get(person, (0, 0))
        found[person] = Caseload(open_now, taken, round(FEWEST * years), round(MOST * years), days)
    return found


def _carried(agency_id: int, at: datetime) -> dict[int, tuple[int, int]]:
    """By adviser, referrals that are theirs now and those taken within the year."""
    accepted = Referral.objects.filter(
        receiving_agency=agency_id,
        status__in=[Status.ACCEPTED, Status.CLOSED],
        assigned_to__isnull=False,
    )
    counted = accepted.values("assigned_to").annotate(
        open_now=Count("pk", filter=Q(status=Status.ACCEPTED)),
        taken=Count("pk", filter=Q(answered_at__gt=at - YEAR)),
    )
    return {row["assigned_to"]: (row["open_now"], row["taken"]) for row in counted.order_by()}


def _full_time_days(patterns: list[WorkingPattern], first: date, last: date) -> float:
    """Days between, each as much as was worked of full time. Where no pattern says, the share of
    the first one is taken, or full time."""
    usual = patterns[0].full_time_share if patterns else 100
    total, unsaid = 0.0, (last - first).days
    for pattern in patterns:
        begins = max(first, pattern.period.lower)
        ends = min(last, pattern.period.upper or last)
        days = max((ends - begins).days, 0)
        total += days * pattern.full_time_share / 100
        unsaid -= days
    return total + unsaid * usual / 100
