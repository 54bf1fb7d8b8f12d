"""Reading: what is looked at is on record before a byte of it leaves."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.errors import AccessEnded
from referrals.keeping import Record, document_of, newest_documents
from referrals.models import Grant, Referral
from tenancy.work import unit_of_work


class OpenedCase(NamedTuple):
    """A referral's case as one agency may read it."""

    referral: Referral
    reference: str
    records: list[Record]

    def document(self, compartment: str) -> Mapping[str, str]:
        """What a compartment says; empty when it says nothing the agency may open."""
        return document_of(self.records, compartment)


def see(reference: str, *, by: Membership) -> Referral:
    """A referral's clear facts: the preview for its receiver, the status for its sender.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    """
    with unit_of_work(by.context):
        record("referral.see", about=("referral", reference))
        return _visible(reference, by)


def open_case(
    reference: str, *, by: Membership, only: Iterable[str] = (), purpose: str = ""
) -> OpenedCase:
    """Open what the member's agency may read of a referral's case.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to open.
    :raises AccessEnded: if the agency's access has ended.
    """
    with unit_of_work(by.context):
        only = tuple(only)
        record("case.open", about=("referral", reference), compartments=only, purpose=purpose)
        referral = _visible(reference, by)
        if not policy.may_open(by, referral):
            raise PermissionDenied
        records = newest_documents(referral.case_id, by.agency_id, only)
        grants = Grant.objects.filter(case_id=referral.case_id, agency_id=by.agency_id)
        own = grants.filter(revoked_at=None).values_list("reference", flat=True).first()
        if own is None:
            raise AccessEnded("You can no longer open this.")
        return OpenedCase(referral, own, records)


def _visible(reference: str, by: Membership) -> Referral:
    visible = Referral.objects.visible_to(by).select_related(
        "referring_agency", "receiving_agency", "service", "assigned_to__user", "sent_by__user"
    )
    return visible.get(reference=reference)
