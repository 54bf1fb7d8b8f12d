"""Attaching a file to a case, and taking it off again."""

from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Max

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.actions.keeping_notes import writing_to
from referrals.attachments.checking import cleaned_file
from referrals.attachments.reading import Attachment, about_of, parts_of
from referrals.attachments.scanning import scanned
from referrals.compartments import Compartment, cleaned_title, notes_of
from referrals.errors import NotWellFormed
from referrals.keeping import Record, Writing, sealed_document
from referrals.models import AttachmentFrame, RecordKind, SealedRecord
from vault.attachments import FileContext, seal_frames
from vault.sealing import new_key

MOST_ATTACHED = 100


def attach(
    reference: str, content: bytes, *, title: str, by: Membership, is_shared: bool = False
) -> Attachment:
    """Keep a file with a case: for one's own agency alone, or for whoever was given the documents.

    Looked over, scanned and stripped before anything is locked; no byte of it touches a disk in
    the clear.

    :raises NotWellFormed: for a file that is not kept, or a title that says nothing.
    :raises CannotScan: while the scanner does not answer.
    :raises PermissionDenied: if they may not add to the case.
    """
    words = cleaned_title(title)
    if not words:
        raise NotWellFormed("title", "Say what it is.")
    clean = cleaned_file(content)
    said = {
        **words,
        "kind": str(clean.kind),
        "length": str(len(clean.content)),
        "scan": scanned(content),
    }
    with writing_to(reference, by=by, may=policy.may_attach) as (writing, _):
        part = str(Compartment.ATTACHMENTS) if is_shared else notes_of(by.agency_id)
        record("attachment.add", about=("referral", reference), compartments=[part])
        _check_room(writing, part)
        key, record_id = new_key(), uuid4()
        named = {"kind": RecordKind.ATTACHMENT, "record_id": record_id}
        row = sealed_document(writing, part, {**said, "key": key.hex()}, **named)
        row.save()
        where = FileContext(str(writing.case.pk), str(record_id))
        frames = enumerate(seal_frames(key, clean.content, where))
        AttachmentFrame.objects.bulk_create(
            [AttachmentFrame(record=row, number=number, sealed=frame) for number, frame in frames],
            batch_size=64,
        )
        kept = Record(part, row.kind, "", record_id, row.version, said, by.pk, writing.at)
        return about_of(kept)


def detach(reference: str, attachment_id: UUID, *, by: Membership) -> None:
    """Take a file off that one's own agency attached: its bytes go, that it was there stays.

    :raises ObjectDoesNotExist: if there is none, or it is another agency's.
    :raises PermissionDenied: if they may not add to the case.
    """
    with writing_to(reference, by=by, may=policy.may_attach) as (writing, _):
        record("attachment.remove", about=("referral", reference), reason=str(attachment_id))
        ours = SealedRecord.objects.filter(
            case=writing.case,
            record_id=attachment_id,
            kind=RecordKind.ATTACHMENT,
            agency_id=by.agency_id,
            compartment__in=parts_of(by.agency_id),
        )
        newest = ours.aggregate(version=Max("version"))["version"]
        if newest != 1:
            raise ObjectDoesNotExist
        first = ours.get()
        AttachmentFrame.objects.filter(record=first).delete()
        sealed_document(
            writing,
            first.compartment,
            {"title": ""},
            kind=RecordKind.ATTACHMENT,
            record_id=attachment_id,
            version=2,
        ).save()


def _check_room(writing: Writing, part: str) -> None:
    if (part, writing.case.epoch) not in writing.keys:
        raise NotWellFormed(
            "is_shared", "They did not agree that documents are shared: keep it for your agency."
        )
    attached = SealedRecord.objects.filter(
        case=writing.case, kind=RecordKind.ATTACHMENT, agency_id=writing.by.agency_id, version=1
    )
    if attached.count() >= MOST_ATTACHED:
        raise NotWellFormed("file", "A case has room for 100 documents of an agency.")
