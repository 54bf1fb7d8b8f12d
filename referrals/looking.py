"""How much one person may look at: enough for a hard day, and not enough to carry the house away.

Counted in PostgreSQL by person, over the last hour and the last day. At the first bound they say
again that it is them, with their own second factor; at the second they stop, until the hour is
over. Their managers are told at both.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from django.db import connection

from accounts.models import Membership
from accounts.roles import Permission
from notices.outbox import owe
from referrals.errors import MoveNotAllowed
from referrals.models import Look, LookKind

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
OPENED_MUCH: Final = "case.much_opened"


class Limits(NamedTuple):
    """How many in an hour before it is asked again, in an hour at all, and in a day."""

    asked_at: int
    an_hour: int
    a_day: int


OPENING: Final = Limits(30, 60, 120)
SEARCHING: Final = Limits(20, 40, 100)
WIDER: Final = 2
"""Whoever may open any case of their agency looks after other people's work as well."""
OF_A_SYSTEM: Final = 20
"""A system opens what a whole agency works on."""


class LookedTooMuch(MoveNotAllowed):
    """More than one person needs to see. ``may_confirm``: saying who they are lets them go on."""

    def __init__(self, sentence: str, *, may_confirm: bool) -> None:
        super().__init__(sentence)
        self.may_confirm = may_confirm


_SAYING: Final[Mapping[str, str]] = {
    LookKind.OPENED: "You have opened many cases in a short time.",
    LookKind.SEARCHED: "You have searched many times in a short time.",
}
_LATER: Final = "Go on later, or ask your manager. Nothing is lost."

# What is counted leaves out the case that is being opened, so that opening it again costs nothing.
_COUNT: Final = """
WITH lately AS (
    SELECT kind, case_id, at FROM referrals_look
    WHERE membership_id = %(member)s AND at > %(since_yesterday)s
), known AS (
    SELECT EXISTS (
        SELECT 1 FROM lately WHERE case_id = %(case)s AND at > %(since_an_hour)s
    ) AS already
), added AS (
    INSERT INTO referrals_look (id, agency_id, membership_id, kind, case_id, at)
    SELECT %(id)s, %(agency)s, %(member)s, %(kind)s, %(case)s, %(at)s FROM known WHERE NOT already
)
SELECT
    (SELECT already FROM known),
    count(DISTINCT coalesce(case_id::text, at::text))
        FILTER (WHERE kind = %(kind)s AND at > %(since_an_hour)s),
    count(DISTINCT coalesce(case_id::text, at::text)) FILTER (WHERE kind = %(kind)s),
    coalesce(bool_or(kind = 'confirmed' AND at > %(since_an_hour)s), false)
FROM lately
"""


def look(kind: LookKind, *, by: Membership, at: datetime, case_id: UUID | None = None) -> None:
    """Count one look, and refuse it if it is one too many; what is refused is not counted.

    :raises LookedTooMuch: and whether they may go on once they have said again who they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "id": uuid4(),
                "member": by.pk,
                "agency": by.agency_id,
                "kind": kind.value,
                "case": case_id,
                "at": at,
                "since_an_hour": at - HOUR,
                "since_yesterday": at - DAY,
            },
        )
        already, in_hour, in_day, is_confirmed = cursor.fetchone()
    if already:
        return
    limits = limits_of(kind, by)
    if in_day >= limits.a_day or in_hour >= limits.an_hour:
        raise LookedTooMuch(f"{_SAYING[kind]} {_LATER}", may_confirm=False)
    if in_hour >= limits.asked_at and not (is_confirmed or by.is_client):
        raise LookedTooMuch(_SAYING[kind], may_confirm=True)
    if in_hour + 1 == limits.an_hour:
        tell_managers(OPENED_MUCH, by=by, at=at)


def confirm(*, by: Membership, at: datetime) -> None:
    """Let somebody who has just given their second factor go on for an hour; managers are told.

    The caller has seen to the second factor.
    """
    Look.objects.create(agency_id=by.agency_id, membership=by, kind=LookKind.CONFIRMED, at=at)
    tell_managers(OPENED_MUCH, by=by, at=at)


def limits_of(kind: LookKind, by: Membership) -> Limits:
    """The bounds of a member for a kind of look."""
    limits = SEARCHING if kind is LookKind.SEARCHED else OPENING
    return Limits(*(_breadth(by) * bound for bound in limits))


def _breadth(by: Membership) -> int:
    if by.is_client:
        return OF_A_SYSTEM
    return WIDER if by.has(Permission.OPEN_ANY) else 1


def tell_managers(kind: str, *, by: Membership, at: datetime) -> None:
    """Once an hour, person and kind, whoever manages the agency, but not the person themself."""
    managers = Membership.objects.holding(Permission.MANAGE).filter(agency=by.agency_id)
    owe(
        managers.exclude(pk=by.pk).exclude(user=None),
        kind=kind,
        reference="",
        dedupe=f"{kind}:{by.pk}:{at:%Y%m%d%H}",
    )
