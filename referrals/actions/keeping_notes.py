"""What the agency that works on a case adds to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.actions._making_a_move import lock_case
from referrals.beginning import search_terms, tag_case
from referrals.compartments import Document, cleaned, cleaned_note, notes_of
from referrals.conflicts import keep_out
from referrals.errors import AccessEnded, NotWellFormed
from referrals.keeping import Writing, keys_of, sealed_document
from referrals.models import Case, RecordKind, Referral, SealedRecord
from tenancy.work import unit_of_work

May = Callable[[Membership, Referral], bool]


def add_note(reference: str, *, by: Membership, text: str, code: str = "") -> SealedRecord:
    """Keep a note in the agency's own compartment, which is never shared.

    :raises NotWellFormed: if it says nothing.
    """
    words = cleaned_note(text)
    if not words:
        raise NotWellFormed("note.text", "Write the note.")
    with writing_to(reference, by=by) as (writing, _):
        compartment = notes_of(by.agency_id)
        record("case.note", about=("referral", reference), compartments=[compartment])
        row = sealed_document(writing, compartment, words, kind=RecordKind.NOTE, code=code)
        row.save()
        return row


def amend(reference: str, compartment: str, document: Document, *, by: Membership) -> SealedRecord:
    """Write a newer version of one part of the case. The version before it stays."""
    with writing_to(reference, by=by) as (writing, _):
        record("case.amend", about=("referral", reference), compartments=[compartment])
        newest = (
            SealedRecord.objects.filter(
                case=writing.case, compartment=compartment, kind=RecordKind.DOCUMENT
            )
            .order_by("-version")
            .first()
        )
        follows = {"record_id": newest.record_id, "version": newest.version + 1} if newest else {}
        words = cleaned(compartment, document)
        row = sealed_document(writing, compartment, words, **follows)
        row.save()
        tag_case(writing.case, by.agency_id, {compartment: words})
        if named := list(search_terms({compartment: words})):
            keep_out(writing.case.pk, named)
        return row


@contextmanager
def writing_to(
    reference: str, *, by: Membership, may: May | None = None
) -> Iterator[tuple[Writing, Referral]]:
    """The case of a referral, locked, with the agency's keys, ready to be written to by who may:
    who works on it, unless ``may`` says otherwise.

    :raises PermissionDenied: if they may not work on it.
    :raises AccessEnded: if the agency can no longer open it.
    """
    with unit_of_work(by.context):
        case = lock_case(reference)
        referral = Referral.objects.visible_to(by).get(reference=reference)
        if not (may or policy.may_work_on)(by, referral):
            raise PermissionDenied
        if case is None:
            raise AccessEnded("You can no longer open this.")
        at = timezone.now()
        # The lock may have waited for a withdrawal; the row it found then is theirs no more.
        if not Case.objects.filter(pk=case.pk).update(last_activity_at=at):
            raise AccessEnded("You can no longer open this.")
        case.last_activity_at = at
        yield Writing(case, keys_of(case.pk, by.agency_id), by, at), referral
