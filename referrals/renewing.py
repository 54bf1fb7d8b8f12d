"""New keys for what is stored already, when an access ends.

Every part that an agency loses gets, for each epoch it was written in, another key; its records
are sealed anew in place and stay in their epoch, because the epoch says when something was written
and so who may open it. Whoever keeps a part gets its new keys in one bundle that takes the place
of all it had. Keys that were copied open nothing any more that is still stored.

Several agencies' keys are opened for it, in the key service; none of them leaves this module.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from audit.recording import record
from referrals.compartments import notes_of
from referrals.keeping import SHARED, context_of, sealed_bundle
from referrals.models import Bundle, Case, ErasureKey, Grant, SealedRecord
from vault.bundles import CaseKeys, SealedBundle
from vault.envelope import open_field, seal_field
from vault.errors import CannotOpen
from vault.keyd import get_keyd

logger = logging.getLogger(__name__)


class Holder(NamedTuple):
    """An agency that keeps its grant: what it covers, and the keys it has."""

    grant: Grant
    keys: CaseKeys

    def covers(self, part: str) -> bool:
        """Whether it may open anything of a part."""
        return part in {*self.grant.compartments, *self.grant.earlier_compartments}


def settle(case: Case) -> None:
    """Do what the case still owes since the clock ended an access. The case is locked."""
    renew(case)


def settle_unlocked(case_id: UUID) -> None:
    """Do it for whoever only reads, and perhaps may not see the case's own row."""
    renew(Case(pk=case_id))


def renew(case: Case, *, parts: Collection[str] = (), leaver: int | None = None) -> None:
    """Seal parts of a case anew and start an epoch, for everybody but an agency that leaves it.

    ``leaver`` brings the parts it covers; what ended by the clock brings its own. Where there is
    nothing to renew, nothing changes. The caller ends the leaver's access afterwards.
    """
    begun = _begin(case, leaver)
    if begun is None:
        return
    epoch, owed = begun
    if not (wanted := {*owed, *parts}):
        return
    erasure_key = bytes(ErasureKey.objects.get(case=case.pk).key)
    holders = list(_holders(case.pk, leaver, erasure_key))
    held = {place: key for holder in holders for place, key in holder.keys.items()}
    stored = list(_records(case.pk, wanted))
    fresh = _fresh({(row.compartment, row.epoch) for row in stored} & held.keys())
    records = [_sealed_anew(row, held, fresh) for row in stored]
    kept = [Holder(each.grant, _kept(each.keys, fresh, wanted)) for each in holders]
    case.epoch = epoch + 1
    _put(case, records, list(_bundles(kept, case, erasure_key)))
    reason = f"{len(kept)} agencies"
    record("key.reseal", about=("case", case.pk), compartments=sorted(wanted), reason=reason)


def _begin(case: Case, leaver: int | None) -> tuple[int, list[str]] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_renewal(%s, %s)", [case.pk, leaver])
        found: tuple[int, list[str]] | None = cursor.fetchone()
    return found


def _holders(case_id: UUID, leaver: int | None, erasure_key: bytes) -> Iterator[Holder]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_key_holders(%s, %s)", [case_id, leaver])
        rows = cursor.fetchall()
    found: dict[UUID, tuple[Grant, dict[tuple[str, int], bytes]]] = {}
    for grant_id, agency_id, last, parts, earlier, *bundle in rows:
        grant = Grant(pk=grant_id, case_id=case_id, agency_id=agency_id, last_epoch=last)
        grant.compartments, grant.earlier_compartments = parts, earlier
        _, keys = found.setdefault(grant_id, (grant, {}))
        keys.update(_opened(case_id, agency_id, bundle, erasure_key))
    yield from (Holder(*each) for each in found.values())


def _opened(
    case_id: UUID, agency_id: int, bundle: Iterable[Any], erasure_key: bytes
) -> Mapping[tuple[str, int], bytes]:
    """What one bundle holds. One that was tampered with must not keep anybody's access open."""
    epoch, sealed, version, signature = bundle
    stored = SealedBundle(epoch, bytes(sealed), version, bytes(signature))
    try:
        return get_keyd().open_bundles(case_id, agency_id, [stored], erasure_key, purpose="reseal")
    except CannotOpen:
        logger.error("A bundle of case %s does not open and was left out.", case_id)  # noqa: TRY400
        return {}


def _fresh(places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """Another key for every place in which something is stored that somebody still opens."""
    keyd = get_keyd()
    fresh: dict[tuple[str, int], bytes] = {}
    for part, epoch in places:
        fresh.update(keyd.new_case_keys([part], epoch))
    return fresh


def _kept(keys: CaseKeys, fresh: CaseKeys, parts: Collection[str]) -> CaseKeys:
    """An agency's keys from now on. Of a part that is renewed nothing is kept under which nothing
    is stored: an old epoch's key goes when it is not used."""
    return {
        place: fresh.get(place, key)
        for place, key in keys.items()
        if place in fresh or place[0] not in parts
    }


def _records(case_id: UUID, parts: Collection[str]) -> Iterator[SealedRecord]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_sealed_in(%s, %s)", [case_id, sorted(parts)])
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    for row in rows:
        yield SealedRecord(case_id=case_id, **dict(zip(names, row, strict=True)))


def _sealed_anew(row: SealedRecord, held: CaseKeys, fresh: CaseKeys) -> SealedRecord:
    """A record under its place's new key. What nobody left may open is emptied: otherwise those
    who may not, and kept a key, would be the only ones who can."""
    place, context = (row.compartment, row.epoch), context_of(row)
    try:
        plain = open_field(held[place], bytes(row.envelope), context)
        key = fresh[place]
    except KeyError:
        plain, key = b"{}", get_keyd().new_case_keys([row.compartment], row.epoch)[place]
    except CannotOpen:
        logger.error("Record %s does not open and was left as it is.", row.pk)  # noqa: TRY400
        return row
    row.envelope = seal_field(key, plain, context)
    return row


def _bundles(holders: Collection[Holder], case: Case, erasure_key: bytes) -> Iterator[Bundle]:
    working = [holder.grant.agency_id for holder in holders if holder.grant.last_epoch is None]
    notes = [notes_of(agency_id) for agency_id in working]
    new = get_keyd().new_case_keys([*SHARED, *notes], case.epoch)
    for holder in holders:
        grant, at = holder.grant, Case(pk=case.pk, epoch=holder.grant.last_epoch or case.epoch)
        keys = dict(holder.keys)
        if grant.last_epoch is None:
            keys |= {place: key for place, key in new.items() if place[0] in grant.compartments}
        theirs = {place: key for place, key in keys.items() if holder.covers(place[0])}
        yield sealed_bundle(grant, theirs, at, erasure_key)


def _put(case: Case, records: Collection[SealedRecord], bundles: Collection[Bundle]) -> None:
    columns: list[Any] = [
        [row.pk for row in records],
        [row.envelope for row in records],
        *([getattr(bundle, name) for bundle in bundles] for name in _OF_A_BUNDLE),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [case.pk, case.epoch, *columns])


_OF_A_BUNDLE = ("grant_id", "epoch", "sealed", "key_version", "signature")
_PUT = """
SELECT referrals_put_keys(%s, %s, %s::uuid[], %s::bytea[], %s::uuid[], %s::integer[], %s::bytea[],
    %s::integer[], %s::bytea[])
"""
