"""How long an agency keeps a case: of the rules of its kind that fit, the longest."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, Protocol

from django.utils import timezone

from directory.ages import AgeBand
from retention.models import RetentionRule

CHILDREN: Final = frozenset({AgeBand.UNDER_13, AgeBand.FROM_13, AgeBand.FROM_16})


class Facts(Protocol):
    """What of a case decides how long it is kept."""

    @property
    def last_activity_at(self) -> datetime: ...
    @property
    def harm_strands(self) -> list[str]: ...
    @property
    def children(self) -> bool | None: ...
    @property
    def age_band(self) -> str: ...


class Until(NamedTuple):
    """Until when a case is kept, and by which rule."""

    day: date
    rule: RetentionRule


def rules_of(kind: str, on: date) -> list[RetentionRule]:
    """The rules of a kind of agency that are in force on a day."""
    in_force = RetentionRule.objects.filter(agency_kind=kind, period__contains=on)
    return list(in_force.order_by("harm_strand"))


def kept_until(case: Facts, rules: Sequence[RetentionRule]) -> Until | None:
    """Until when it is kept; None where no rule fits, and then it is kept."""
    fitting = [each for each in rules if each.harm_strand in {"", *case.harm_strands}]
    last = timezone.localdate(case.last_activity_at)
    ends = [Until(months_after(last, _months(each, case)), each) for each in fitting]
    return max(ends, key=lambda until: until.day, default=None)


def shortest(rules: Iterable[RetentionRule]) -> int:
    """The fewest months any of them keeps anything."""
    return min((each.months for each in rules), default=0)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("Every month has 28 days.")


def _months(rule: RetentionRule, case: Facts) -> int:
    young = case.children or case.age_band in CHILDREN
    return rule.months_with_children if young else rule.months
