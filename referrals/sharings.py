"""Every sharing of a case, for the agency that answers for it: who, on what footing, from when to
when, what of it, and who has read it. What was withdrawn stays in the list: it was shared.

It is the grants and the evidence themselves, asked anew each time, so that what she is shown is
what there is. Of other agencies it says which read what when, never who.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.leading import leads
from referrals.lifecycle import Side
from referrals.models import Referral
from tenancy.work import unit_of_work


class Said(NamedTuple):
    """A line of the ledger."""

    consent_id: UUID
    recipient_id: int
    taken_by_agency_id: int
    taken_at: datetime
    answer: str
    basis: str
    condition: str
    ground: str
    safe_to_tell: str
    purpose: str
    compartments: list[str]
    expires_at: datetime | None
    approve_by: datetime | None
    is_approved: bool
    is_withdrawal: bool


class Granted(NamedTuple):
    """Access that an agency has or had; ``is_added_to`` if it gets what is written later."""

    agency_id: int
    compartments: list[str]
    granted_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    is_added_to: bool

    def is_live(self, at: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


class Reading(NamedTuple):
    """One opening of the case. No compartments means all that the agency could open then."""

    agency_id: int
    at: datetime
    compartments: list[str]
    purpose: str
    actor: str


class Sharings(NamedTuple):
    """All of it."""

    referral: Referral
    said: list[Said]
    granted: list[Granted]
    readings: list[Reading]

    def read_by(self, agency_id: int) -> list[Reading]:
        """When an agency opened the case, oldest first."""
        return [reading for reading in self.readings if reading.agency_id == agency_id]


def sharings_of(reference: str, *, by: Membership, purpose: str = "") -> Sharings:
    """Every sharing of the case that a referral brought. Looking at it is on record too.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for all but who works on it at the agency that leads the case.
    """
    with unit_of_work(by.context):
        record("consent.history", about=("referral", reference), purpose=purpose)
        referral = Referral.objects.visible_to(by).get(reference=reference)
        received = referral.side_of(by.agency_id) is Side.RECEIVING
        if not (leads(by, referral) and received and policy.may_open(by, referral)):
            raise PermissionDenied
        case = referral.case_id
        return Sharings(
            referral,
            [Said(*row) for row in _rows("referrals_sharings", case)],
            [Granted(*row) for row in _rows("referrals_grants_of", case)],
            [Reading(*row) for row in _rows("referrals_readings", case)],
        )


def _rows(function: str, case_id: UUID) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s)", [case_id])  # noqa: S608 -- our own names
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
