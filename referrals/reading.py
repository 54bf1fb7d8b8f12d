"""Reading: what is looked at is on record before a byte of it leaves."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from audit.recording import record
from directory.contact import DirectContact
from referrals import policy
from referrals.compartments import Compartment
from referrals.errors import AccessEnded
from referrals.keeping import Record, document_of, newest_documents
from referrals.models import Grant, Referral
from tenancy.work import unit_of_work

DIRECT: Final = frozenset({"phone", "email"})
"""What of the contact document reaches them directly, and nobody else."""


def may_be_reached(referral: Referral) -> bool:
    """Whether anybody may try to reach them directly. While contact is held nobody may, and what
    nobody may use is shown to nobody: a wrong call can do harm."""
    return bool(referral.contact == DirectContact.ALLOWED)


class OpenedCase(NamedTuple):
    """A referral's case as one agency may read it."""

    referral: Referral
    reference: str
    records: list[Record]

    def document(self, compartment: str) -> Mapping[str, str]:
        """What a compartment says; empty when it says nothing the agency may open."""
        return document_of(self.records, compartment)

    def handed_out(self) -> list[Record]:
        """Its records as they may leave: while contact is held, without number and address.

        Whom to go through and what to say stay, because they are how a hold is worked with.
        """
        if may_be_reached(self.referral):
            return self.records
        return [_without_direct(each) for each in self.records]


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


def _without_direct(record: Record) -> Record:
    if record.compartment != Compartment.CONTACT:
        return record
    kept = {name: text for name, text in record.document.items() if name not in DIRECT}
    return record._replace(document=kept)


def _visible(reference: str, by: Membership) -> Referral:
    visible = Referral.objects.visible_to(by).select_related(
        "referring_agency", "receiving_agency", "service", "assigned_to__user", "sent_by__user"
    )
    return visible.get(reference=reference)
