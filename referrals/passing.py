"""Moving keys: what an acceptance opens for the receiver, and what it closes for the sender.

Acceptance starts a new epoch. The receiver gets the consented parts of what was written so far
and the keys of the new epoch; every other agency that still works on the case gets the new
epoch's keys of its own parts; the sender, unless it leads the case, keeps what it had and no more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from referrals.compartments import notes_of
from referrals.consent import closes_at
from referrals.keeping import SHARED, keys_of, sealed_bundle
from referrals.models import Bundle, Case, ConsentEntry, ErasureKey, Grant, Referral
from referrals.references import CASE, new_reference
from vault.bundles import CaseKeys
from vault.keyd import get_keyd
from vault.signing import Signature


class LiveGrant(NamedTuple):
    """Another agency's grant: which, whose, and what it covers."""

    grant_id: object
    agency_id: int
    compartments: list[str]


def sign_offer(referral: Referral) -> None:
    """Sign the list of compartments that the receiver may be given."""
    signature = get_keyd().sign_offer(referral.offer())
    referral.offer_signature = signature.value
    referral.offer_key_version = signature.key_version


def pass_keys(referral: Referral, case: Case, consent: ConsentEntry, *, at: datetime) -> Grant:
    """Give the receiver of a referral the keys it was offered and she agreed to.

    :raises vault.errors.CannotOpen: if the offer is not the one that was signed.
    :raises AccessEnded: if the sender cannot open the case itself any more.
    """
    signature = Signature(bytes(referral.offer_signature or b""), referral.offer_key_version or 0)
    get_keyd().check_offer(referral.offer(), signature)
    held = keys_of(case.pk, referral.referring_agency_id)
    erasure_key = bytes(ErasureKey.objects.get(case=case).key)
    receiver = referral.receiving_agency_id
    case.epoch += 1
    if case.lead_agency_id is None:
        case.lead_agency_id = receiver
    parts = sorted(set(referral.offered) & set(consent.compartments))
    grant = _grant(referral, case, consent, parts, at)
    others = [other for other in live_grants(case) if other.agency_id != receiver]
    fresh = _new_epoch(case, [receiver, *(other.agency_id for other in others)])
    mine = {key: held[key] for key in held if key[0] in parts} | _only(fresh, grant.compartments)
    bundles = [sealed_bundle(grant, mine, case, erasure_key)]
    if referral.referring_agency_id != case.lead_agency_id:
        _freeze(case, referral.referring_agency_id)
        others = [other for other in others if other.agency_id != referral.referring_agency_id]
    bundles += [_resealed(other, fresh, case, erasure_key) for other in others]
    Bundle.objects.bulk_create(bundles)
    return grant


def end_access(case: Case, agency_id: int, *, at: datetime) -> None:
    """Take an agency's keys and search tags away, and start an epoch it never sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_end_access(%s, %s, %s)", [case.pk, agency_id, at])
    start_epoch(case)


def start_epoch(case: Case) -> None:
    """New keys for everything written from now on, sealed to everybody who still works on it."""
    case.epoch += 1
    others = live_grants(case)
    fresh = _new_epoch(case, [other.agency_id for other in others])
    erasure_key = bytes(ErasureKey.objects.get(case=case).key)
    Bundle.objects.bulk_create([_resealed(other, fresh, case, erasure_key) for other in others])


def live_grants(case: Case) -> list[LiveGrant]:
    """The agencies that still work on a case. For moving keys only; nobody is shown this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_live_grants(%s)", [case.pk])
        return [LiveGrant(*row) for row in cursor.fetchall()]


def _grant(
    referral: Referral, case: Case, consent: ConsentEntry, parts: list[str], at: datetime
) -> Grant:
    """The receiver's grant, or more of the one it has.

    Who leads the case adds to every part of it from now on.
    """
    receiver = referral.receiving_agency_id
    covered = {*(SHARED if case.lead_agency_id == receiver else parts), notes_of(receiver)}
    grant = Grant.objects.filter(case=case, agency_id=receiver, revoked_at=None).first()
    if grant is None:
        grant = Grant(case=case, agency_id=receiver, first_epoch=1, granted_at=at)
        grant.reference = new_reference(CASE)
    grant.compartments = sorted(covered | set(grant.compartments or ()))
    grant.consent, grant.last_epoch = consent, None
    grant.expires_at = closes_at(consent)
    grant.save()
    return grant


def _freeze(case: Case, agency_id: int) -> None:
    grants = Grant.objects.filter(case=case, agency_id=agency_id, revoked_at=None, last_epoch=None)
    grants.update(last_epoch=case.epoch - 1)


def _new_epoch(case: Case, agencies: Iterable[int]) -> CaseKeys:
    notes = [notes_of(agency_id) for agency_id in agencies]
    return get_keyd().new_case_keys([*SHARED, *notes], epoch=case.epoch)


def _only(keys: CaseKeys, compartments: Iterable[str]) -> dict[tuple[str, int], bytes]:
    wanted = set(compartments)
    return {key: value for key, value in keys.items() if key[0] in wanted}


def _resealed(other: LiveGrant, fresh: CaseKeys, case: Case, erasure_key: bytes) -> Bundle:
    grant = Grant(pk=other.grant_id, agency_id=other.agency_id)
    return sealed_bundle(grant, _only(fresh, other.compartments), case, erasure_key)
