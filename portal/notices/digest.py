"""What a member has not looked at yet, put together: one line a kind, what cannot wait first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import F

from accounts.models import Membership
from notices.kinds import is_urgent
from notices.models import Notice

LOOKED_THROUGH: Final = 500
ON_THE_LIST: Final = "referral.send"
LATE_FROM: Final = timedelta(minutes=1)
MANY: Final = {
    "referral.accept": "{} referrals were taken on",
    "referral.decline": "{} referrals were declined",
    "referral.feedback": "There is feedback on {} referrals",
    "follow_up.nobodys": "Nobody has taken {} referrals yet",
    "follow_up.four_hours": "{} follow-ups have four hours left to make contact",
    "follow_up.one_hour": "{} follow-ups have one hour left to make contact",
    "follow_up.due": "The time to make contact is up for {} follow-ups",
    "follow_up.late": "{} follow-ups are late",
}
"""How several of a kind are said; others are said as one, with their number behind."""
ACKNOWLEDGED: Final = frozenset(
    {"follow_up.four_hours", "follow_up.one_hour", "follow_up.due", "follow_up.late"}
)
"""What somebody can say they are on, without doing more yet."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Told(NamedTuple):
    """One thing that is told: the reference it is about, when, and, if so, how late."""

    reference: str
    at: datetime
    late: str


@dataclass
class Line:
    """Everything of one kind, the newest first."""

    kind: str
    one: str
    told: list[Told] = field(default_factory=list)

    @property
    def words(self) -> str:
        """`40 follow-ups are late`."""
        number = len(self.told)
        if number == 1:
            return self.one
        return MANY[self.kind].format(number) if self.kind in MANY else f"{self.one} ({number})"

    @property
    def only(self) -> Told | None:
        """The one thing of its kind, if it is one."""
        return self.told[0] if len(self.told) == 1 else None

    @property
    def anchor(self) -> str:
        """Where on the page of news it stands."""
        return self.kind.replace(".", "-")

    @property
    def is_urgent(self) -> bool:
        """Whether it cannot wait."""
        return is_urgent(self.kind)

    @property
    def may_acknowledge(self) -> bool:
        """Whether there is something to say one is on."""
        return self.kind in ACKNOWLEDGED


def unseen_of(member: Membership) -> Sequence[Notice]:
    """The newest thing not seen of each referral, and all that cannot wait.

    What waits for an answer is on the list of referrals already. Of what was told at once, because
    it was missed, the latest due is the newest.
    """
    latest_due = F("due_at").desc(nulls_last=True)
    unseen = Notice.objects.of(member).unseen().exclude(kind=ON_THE_LIST)
    unseen = unseen.order_by("-created_at", latest_due, "pk")
    newest: dict[object, Notice] = {}
    for notice in unseen[:LOOKED_THROUGH]:
        about = notice.reference or notice.pk
        newest.setdefault((about, notice.kind) if notice.is_urgent else about, notice)
    return list(newest.values())


def lines_of(notices: Iterable[Notice], words: dict[str, str], otherwise: str) -> list[Line]:
    """One line a kind: what cannot wait, then the newest first."""
    lines: dict[str, Line] = {}
    for notice in notices:
        line = Line(notice.kind, words.get(notice.kind, otherwise))
        lines.setdefault(notice.kind, line).told.append(
            Told(notice.reference, notice.created_at, late(notice))
        )
    return sorted(lines.values(), key=lambda line: not line.is_urgent)


def late(notice: Notice) -> str:
    """`fired late, 2 hours after its time`; nothing for what was told in time."""
    by = notice.created_at - notice.due_at if notice.due_at else timedelta(0)
    if by <= LATE_FROM:
        return ""
    return f"fired late, {_long(by)} after its time"


def _long(by: timedelta) -> str:
    for unit, name, up_to in ((_DAY, "day", 2 * _DAY), (_HOUR, "hour", _HOUR)):
        if by >= up_to:
            return _counted(by // unit, name)
    return _counted(by // timedelta(minutes=1), "minute")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
