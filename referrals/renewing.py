"""New keys for what is stored already.

Every part that is to have them gets, for each epoch it was written in, another key; its records are
sealed anew in place and stay in their epoch. Whoever keeps a part gets its new keys in one bundle
that takes the place of all it had. Keys that were copied open nothing any more that is stored.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from referrals.compartments import notes_of
from referrals.keeping import SHARED, context_of, keys_of, sealed_bundle
from referrals.models import Bundle, Case, ErasureKey, Grant, SealedRecord
from vault.bundles import CaseKeys
from vault.envelope import open_field, seal_field
from vault.keyd import get_keyd


class Holder(NamedTuple):
    """An agency that keeps its grant, and the keys it has."""

    grant: Grant
    keys: CaseKeys


def renew(case: Case, *, parts: Collection[str] = (), leaver: int | None = None) -> None:
    """Seal parts of a case anew and start an epoch, for everybody but an agency that leaves it."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    live = Grant.objects.live(timezone.now()).filter(case=case)
    staying = [grant for grant in live if grant.agency_id != leaver]
    holders = [Holder(grant, keys_of(case.pk, grant.agency_id)) for grant in staying]
    held = {place: key for holder in holders for place, key in holder.keys.items()}
    fresh: dict[tuple[str, int], bytes] = {}
    for part, epoch in held:
        if part in parts:
            fresh |= get_keyd().new_case_keys([part], epoch)
    for row in SealedRecord.objects.filter(case=case, compartment__in=parts):
        if (row.compartment, row.epoch) in fresh:
            _reseal(row, held, fresh)
    case.epoch += 1
    case.save(update_fields=["epoch"])
    bundles = list(_bundles(holders, fresh, case))
    Bundle.objects.filter(Q(grant__in=[holder.grant for holder in holders]), case=case).delete()
    Bundle.objects.bulk_create(bundles)


def _reseal(row: SealedRecord, held: CaseKeys, fresh: CaseKeys) -> None:
    place, context = (row.compartment, row.epoch), context_of(row)
    plain = open_field(held[place], bytes(row.envelope), context)
    row.envelope = seal_field(fresh[place], plain, context)
    row.save(update_fields=["envelope"])


def _bundles(holders: Collection[Holder], fresh: CaseKeys, case: Case) -> Iterator[Bundle]:
    erasure_key = bytes(ErasureKey.objects.get(case=case).key)
    working = [grant.agency_id for grant, _ in holders if grant.last_epoch is None]
    notes = [notes_of(agency_id) for agency_id in working]
    new = get_keyd().new_case_keys([*SHARED, *notes], case.epoch)
    for grant, keys in holders:
        theirs = {place: fresh.get(place, key) for place, key in keys.items()}
        if grant.last_epoch is None:
            theirs |= {place: key for place, key in new.items() if place[0] in grant.compartments}
        at = Case(pk=case.pk, epoch=grant.last_epoch or case.epoch)
        yield sealed_bundle(grant, theirs, at, erasure_key)
