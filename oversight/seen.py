"""Who has seen a case: for the agency that answers for it, and by it for the person herself."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.models import Referral
from tenancy.work import unit_of_work


class Seen(NamedTuple):
    """One look at a case or act on it, by whoever it was, of whichever agency."""

    at: datetime
    who: Membership
    action: str
    parts: list[str]
    purpose: str


class _Row(NamedTuple):
    """What the database's function answers."""

    at: datetime
    agency_id: int
    membership_id: int
    action: str
    parts: list[str]
    purpose: str
    is_exempt: bool


class WhoHasSeen(NamedTuple):
    """Every look that may be shown, newest first, and how many the law lets us keep back."""

    referral: Referral
    looks: list[Seen]
    exempt: int


def who_has_seen(reference: str, *, by: Membership, for_them: bool = False) -> WhoHasSeen:
    """Who of every agency has seen a case, for a member of the one that leads it. On record itself.

    ``for_them`` is what the person may be given: without entries under an exemption, which are
    counted. Staff see those too: they answer for what is kept back.

    :raises Referral.DoesNotExist: if there is none, or another agency leads its case.
    :raises PermissionDenied: if the member may not open the case.
    """
    with unit_of_work(by.context):
        purpose = "for the person, on paper" if for_them else "who has seen this"
        record("case.seen", about=("referral", reference), purpose=purpose)
        referral = _led(reference, by)
        if not policy.may_open(by, referral):
            raise PermissionDenied
        rows = _rows(referral)
        people = Membership.objects.select_related("user", "agency").in_bulk(
            {row.membership_id for row in rows}
        )
        looks = [
            Seen(row.at, people[row.membership_id], row.action, row.parts, row.purpose)
            for row in rows
            if not (for_them and row.is_exempt)
        ]
        return WhoHasSeen(referral, looks, sum(row.is_exempt for row in rows))


def _led(reference: str, by: Membership) -> Referral:
    visible = Referral.objects.visible_to(by).select_related("case", "referring_agency")
    return visible.get(reference=reference, case__lead_agency=by.agency_id)


def _rows(referral: Referral) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oversight_seen(%s)", [referral.case_id])
        return [_Row(*row) for row in cursor.fetchall()]
