"""Keeping a case: its keys by epoch, and the records sealed under them.

The order of reading matters. Records are read before keys, so that an access that ends in between
leaves records that no key opens, never keys for what came later.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import Membership
from audit import recording
from referrals.compartments import Compartment, notes_of
from referrals.errors import AccessEnded
from referrals.models import Bundle, Case, ErasureKey, Grant, RecordKind, SealedRecord
from referrals.references import CASE, new_reference
from vault.bundles import CaseKeys, SealedBundle
from vault.envelope import FieldContext, open_field, seal_field
from vault.errors import CannotOpen
from vault.keyd import get_keyd

SHARED: Final = tuple(str(part) for part in Compartment)
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_READINGS: Final = 3


class RecordClosed(AccessEnded):
    """A record does not open with the key that belongs to it."""


class Writing(NamedTuple):
    """Who writes into which case with which keys, and when."""

    case: Case
    keys: CaseKeys
    by: Membership
    at: datetime


class Record(NamedTuple):
    """An opened record: the newest version of it that the agency can open.

    ``file_key`` opens the file that the record tells of. It is none of what a document says.
    """

    compartment: str
    kind: str
    code: str
    record_id: UUID
    version: int
    document: Mapping[str, str]
    by_id: int
    at: datetime
    file_key: bytes = b""


def make_keys(case: Case, *, agency_id: int, at: datetime) -> CaseKeys:
    """The first keys of a new case: an erasure key, epoch one, and the author's own grant."""
    keyd = get_keyd()
    keys = keyd.new_case_keys([*SHARED, notes_of(agency_id)], epoch=case.epoch)
    grant = Grant.objects.create(
        case=case,
        agency_id=agency_id,
        reference=new_reference(CASE),
        compartments=[*SHARED, notes_of(agency_id)],
        first_epoch=case.epoch,
        granted_at=at,
    )
    erasure = ErasureKey.objects.create(case=case, key=keyd.new_erasure_key())
    Bundle.objects.bulk_create([sealed_bundle(grant, keys, case, bytes(erasure.key))])
    recording.record("key.grant", about=("case", case.pk), compartments=grant.compartments)
    return keys


def sealed_bundle(grant: Grant, keys: CaseKeys, case: Case, erasure_key: bytes) -> Bundle:
    """Keys of a case sealed to a grant's agency at the case's epoch, as a row to save."""
    made = get_keyd().seal_bundle(
        keys,
        case_id=case.pk,
        agency_id=grant.agency_id,
        epoch=case.epoch,
        erasure_key=erasure_key,
    )
    return Bundle(
        grant=grant,
        case=case,
        agency_id=grant.agency_id,
        epoch=made.epoch,
        key_version=made.key_version,
        sealed=made.sealed,
        signature=made.signature,
    )


def keys_of(case_id: UUID, agency_id: int, *, at: datetime | None = None) -> CaseKeys:
    """The keys an agency holds of a case at an instant (now, unless it is given).

    :raises AccessEnded: if it holds none, or they do not open any more.
    """
    live = Grant.objects.live(at or timezone.now())
    rows = Bundle.objects.filter(case_id=case_id, agency_id=agency_id, grant__in=live)
    erasure = ErasureKey.objects.filter(case=OuterRef("case_id")).values("key")
    found = rows.values_list("epoch", "sealed", "key_version", "signature", Subquery(erasure))
    bundles = list(found.order_by("epoch"))
    if not bundles:
        raise AccessEnded("You can no longer open this.")
    sealed = [SealedBundle(row[0], bytes(row[1]), row[2], bytes(row[3])) for row in bundles]
    try:
        return get_keyd().open_bundles(case_id, agency_id, sealed, bytes(bundles[0][4]))
    except CannotOpen:
        raise AccessEnded("You can no longer open this.") from None


def sealed_document(
    writing: Writing, compartment: str, document: Mapping[str, str], **record: object
) -> SealedRecord:
    """A record sealed to the current epoch, as a row to save. ``record`` may name kind and code.

    :raises PermissionDenied: for a part of the case the agency was not given.
    """
    case, keys, by, at = writing
    if (compartment, case.epoch) not in keys:
        raise PermissionDenied
    row = SealedRecord(
        case=case,
        compartment=compartment,
        epoch=case.epoch,
        agency_id=by.agency_id,
        by=by,
        at=at,
        **{"kind": RecordKind.DOCUMENT, **record},
    )
    plain = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    row.envelope = seal_field(keys[compartment, case.epoch], plain, context_of(row))
    return row


def newest_documents(case_id: UUID, agency_id: int, only: Iterable[str] = ()) -> list[Record]:
    """What an agency can open of a case: each record in its newest version it has a key for.

    When somebody else's access ends between the reading of records and that of keys, they do not
    fit; they do when both are read anew.

    :raises AccessEnded: if it holds no key at all, or a record does not open with its key.
    """
    for _ in range(MOST_READINGS - 1):
        with suppress(RecordClosed):
            return _read(case_id, agency_id, only)
    return _read(case_id, agency_id, only)


def _read(case_id: UUID, agency_id: int, only: Iterable[str]) -> list[Record]:
    rows = SealedRecord.objects.filter(case_id=case_id).order_by("record_id", "-version")
    if wanted := list(only):
        rows = rows.filter(compartment__in=wanted)
    sealed = list(rows)
    keys = keys_of(case_id, agency_id)
    opened: dict[UUID, Record] = {}
    for row in sealed:
        if row.record_id not in opened and (row.compartment, row.epoch) in keys:
            opened[row.record_id] = _opened(row, keys)
    return sorted(opened.values(), key=lambda record: record.at)


def every_document(case_id: UUID, agency_id: int) -> list[Record]:
    """What an agency could ever open of a case, in every version, for its tags to be made anew.

    :raises AccessEnded: if it holds no key at all.
    """
    keys = keys_of(case_id, agency_id, at=_EVER)
    rows = SealedRecord.objects.filter(case_id=case_id).order_by("at", "id")
    return [_opened(row, keys) for row in rows if (row.compartment, row.epoch) in keys]


def document_of(records: Iterable[Record], compartment: str) -> Mapping[str, str]:
    """The newest document of one compartment among opened records; empty if there is none."""
    for record in sorted(records, key=lambda record: record.at, reverse=True):
        if (record.compartment, record.kind) == (compartment, RecordKind.DOCUMENT):
            return record.document
    return {}


def _opened(row: SealedRecord, keys: CaseKeys) -> Record:
    try:
        plain = open_field(keys[row.compartment, row.epoch], bytes(row.envelope), context_of(row))
    except CannotOpen:
        raise RecordClosed("Part of this case cannot be opened. Tell your administrator.") from None
    document = json.loads(plain)
    file_key = document.pop("key", "") if row.kind == RecordKind.ATTACHMENT else ""
    return Record(
        row.compartment,
        row.kind,
        row.code,
        row.record_id,
        row.version,
        document,
        row.by_id,
        row.at,
        bytes.fromhex(file_key),
    )


def context_of(row: SealedRecord) -> FieldContext:
    """Where a record belongs: in another place its envelope does not open."""
    return FieldContext(
        case_id=str(row.case_id),
        compartment=row.compartment,
        field=f"{row.kind}:{row.code}",
        record_id=str(row.record_id),
        row_version=row.version,
        epoch=row.epoch,
    )
