"""What is attached to a case, and a file of it, frame by frame."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Count, Sum
from django.db.models.functions import Length

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.attachments.checking import FileKind
from referrals.compartments import Compartment, notes_of
from referrals.keeping import Record
from referrals.models import AttachmentFrame, RecordKind, Referral
from referrals.reading import OpenedCase, open_parts
from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.attachments import FileContext, frames_of, open_frame, sealed_length
from vault.errors import refused

AT_ONCE: Final = 16
"""Frames that are fetched and opened together: a mebibyte."""


class Attachment(NamedTuple):
    """What is said of a file."""

    attachment_id: UUID
    title: str
    kind: FileKind
    length: int
    is_checked: bool
    is_shared: bool
    by_id: int
    at: datetime

    def file_name(self, number: int) -> str:
        """What it is called outside, by its place: nothing that tells of anybody."""
        return f"document-{number}.{self.kind.ending}"


class OpenedFile(NamedTuple):
    """A file that is given out, piece by piece. No piece is given out that is not as it was."""

    about: Attachment
    file_name: str
    pieces: Iterator[bytes]


def parts_of(agency_id: int) -> tuple[str, str]:
    """Where files are: among what is shared, and among the agency's own."""
    return str(Compartment.ATTACHMENTS), notes_of(agency_id)


def attachments_of(case: OpenedCase) -> list[Attachment]:
    """What is attached to an opened case, the first first."""
    return [about_of(row) for row in _kept(case.records)]


def list_attachments(reference: str, *, by: Membership) -> list[Attachment]:
    """What is attached to a referral's case and the agency may open.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to open.
    :raises AccessEnded: if the agency's access has ended.
    """
    with unit_of_work(by.context):
        parts = parts_of(by.agency_id)
        record("attachment.list", about=("referral", reference), compartments=parts)
        return attachments_of(_opened(reference, by))


def open_attachment(reference: str, attachment_id: UUID, *, by: Membership) -> OpenedFile:
    """A file of a referral's case. That it is whole is seen before anything of it is given out.

    :raises ObjectDoesNotExist: if there is no such referral or file, or none to know of.
    :raises PermissionDenied: if it is not theirs to open.
    :raises AccessEnded: if the agency's access has ended.
    :raises CannotOpen: if a piece of it is missing.
    """
    with unit_of_work(by.context):
        parts = parts_of(by.agency_id)
        record(
            "attachment.open",
            about=("referral", reference),
            compartments=parts,
            reason=str(attachment_id),
        )
        case = _opened(reference, by)
        kept = enumerate(_kept(case.records), start=1)
        found = [each for each in kept if each[1].record_id == attachment_id]
        if not found:
            raise ObjectDoesNotExist
        number, row = found[0]
        about = about_of(row)
        _check_whole(row.record_id, about.length)
        where = FileContext(str(case.referral.case_id), str(row.record_id))
        pieces = _pieces(row.file_key, where, frames_of(about.length), by.context)
        return OpenedFile(about, about.file_name(number), pieces)


def _opened(reference: str, by: Membership) -> OpenedCase:
    referral = Referral.objects.visible_to(by).get(reference=reference)
    if not policy.may_open(by, referral):
        raise PermissionDenied
    return open_parts(referral, by, parts_of(by.agency_id))


def _kept(records: list[Record]) -> list[Record]:
    return [each for each in records if each.kind == RecordKind.ATTACHMENT and each.file_key]


def about_of(row: Record) -> Attachment:
    """What the record of a file says."""
    said = row.document
    return Attachment(
        attachment_id=row.record_id,
        title=said["title"],
        kind=FileKind(said["kind"]),
        length=int(said["length"]),
        is_checked=said["scan"] == "clean",
        is_shared=row.compartment == Compartment.ATTACHMENTS,
        by_id=row.by_id,
        at=row.at,
    )


def _check_whole(record_id: UUID, length: int) -> None:
    frames = AttachmentFrame.objects.filter(record__record_id=record_id)
    there = frames.aggregate(number=Count("id"), length=Sum(Length("sealed")))
    if (there["number"], there["length"]) != (frames_of(length), sealed_length(length)):
        raise refused("file")


def _pieces(key: bytes, where: FileContext, frames: int, context: Context) -> Iterator[bytes]:
    """Asked for after the answer has begun, so each handful is a work of its own: whoever lost the
    case meanwhile gets no more of it."""
    for start in range(0, frames, AT_ONCE):
        with unit_of_work(context):
            rows = AttachmentFrame.objects.filter(
                record__record_id=where.record_id, number__range=(start, start + AT_ONCE - 1)
            )
            found = dict(rows.values_list("number", "sealed"))
        for number in range(start, min(start + AT_ONCE, frames)):
            if number not in found:
                raise refused("file")
            sealed = bytes(found[number])
            yield open_frame(key, sealed, where, number=number, frames=frames)
