"""Moving keys: what an acceptance opens for the receiver, and what it closes for the sender.

Acceptance starts a new epoch. The receiver gets the consented parts of what was written so far
and the keys of the new epoch; every other agency that still works on the case gets the new
epoch's keys of its own parts. Who made the first referral has handed the case over: it keeps what
it had and gets no more. Who refers on goes on working, and so goes on reading.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from audit.recording import record
from referrals.compartments import notes_of
from referrals.consent import closes_at
from referrals.errors import AccessEnded
from referrals.keeping import SHARED, keys_of, sealed_bundle
from referrals.models import Bundle, Case, ConsentEntry, ErasureKey, Grant, Referral
from referrals.references import CASE, new_reference
from referrals.renewing import renew
from vault.bundles import CaseKeys
from vault.errors import CannotOpen
from vault.keyd import get_keyd
from vault.signing import Signature


class LiveGrant(NamedTuple):
    """Another agency's grant: which, whose, and what it covers."""

    grant_id: UUID
    agency_id: int
    compartments: list[str]


def sign_offer(referral: Referral) -> None:
    """Sign the list of compartments that the receiver may be given."""
    signature = get_keyd().sign_offer(referral.offer())
    referral.offer_signature = signature.value
    referral.offer_key_version = signature.key_version


def pass_keys(referral: Referral, case: Case, consent: ConsentEntry, *, at: datetime) -> Grant:
    """Give the receiver of a referral the keys it was offered, she agreed to, and the sender has.

    :raises AccessEnded: if the offer is not the one that was signed, or the sender cannot open
        the case itself any more.
    """
    _check_offer(referral)
    sender, receiver = referral.referring_agency_id, referral.receiving_agency_id
    held = keys_of(case.pk, sender)
    parts = _passed(referral, case, consent)
    case.epoch += 1
    if case.lead_agency_id is None:
        case.lead_agency_id = receiver
    grant = _grant(referral, case, consent, parts, at)
    if referral.parent_id is None:
        _freeze(case, sender)
    _save(case)
    others = [other for other in live_grants(case) if other.agency_id != receiver]
    fresh = _new_epoch(case, [receiver, *(other.agency_id for other in others)])
    theirs = _only(held, parts) | _only(fresh, grant.compartments)
    erasure_key = _erasure_key(case)
    bundles = [_resealed(other, fresh, case, erasure_key) for other in others]
    Bundle.objects.bulk_create([sealed_bundle(grant, theirs, case, erasure_key), *bundles])
    covered = [*grant.earlier_compartments, *grant.compartments]
    record("key.grant", about=("case", case.pk), compartments=sorted({*covered}), also=[sender])
    return grant


def stop_adding(case: Case, agency_id: int) -> None:
    """Let an agency keep what it has, and start an epoch it never sees."""
    start_epoch(case, without=agency_id)
    _freeze(case, agency_id)


def end_access(case: Case, agency_id: int, *, at: datetime) -> None:
    """Take an agency's keys and search tags away, and give what they opened new keys."""
    renew(case, leaver=agency_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_end_access(%s, %s, %s)", [case.pk, agency_id, at])
    record("key.remove", about=("case", case.pk), also=[agency_id])


def follow_answer(
    case: Case, answer: ConsentEntry, *, taken_back: Iterable[str] = (), added: Iterable[str] = ()
) -> None:
    """Let an agency's grant follow her newest answer: until when, and without what she took back.

    ``added`` are parts that who leads the case may write and read from now on.
    """
    taken_back, added = sorted(taken_back), sorted(added)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT referrals_follow_answer(%s, %s::varchar[], %s::varchar[])",
            [answer.pk, taken_back, added],
        )
    if added and not taken_back:
        start_epoch(case)
    renew(case, parts=taken_back)


def is_with(case: Case, agency_id: int, *, but: Referral) -> bool:
    """Whether an agency works on a case through another referral than ``but``, whoever's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_is_with(%s, %s, %s)", [case.pk, agency_id, but.pk])
        return bool(cursor.fetchone()[0])


def start_epoch(case: Case, *, without: int | None = None) -> None:
    """New keys for all that is written from now on, sealed to whoever works on it, but for one
    that keeps what it has."""
    case.epoch += 1
    _save(case)
    others = [other for other in live_grants(case) if other.agency_id != without]
    fresh = _new_epoch(case, [other.agency_id for other in others])
    erasure_key = _erasure_key(case)
    Bundle.objects.bulk_create([_resealed(other, fresh, case, erasure_key) for other in others])
    record("key.reseal", about=("case", case.pk), reason=f"{len(others)} agencies")


def live_grants(case: Case) -> list[LiveGrant]:
    """The agencies that still work on a case. For moving keys only; nobody is shown this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_live_grants(%s)", [case.pk])
        return [LiveGrant(*row) for row in cursor.fetchall()]


def _check_offer(referral: Referral) -> None:
    signature = Signature(bytes(referral.offer_signature or b""), referral.offer_key_version or 0)
    try:
        get_keyd().check_offer(referral.offer(), signature)
    except CannotOpen:
        raise AccessEnded(
            "What this referral offers is not what was sent. Tell your administrator."
        ) from None


def _passed(referral: Referral, case: Case, consent: ConsentEntry) -> list[str]:
    """Nobody passes on a part it was not given itself, whoever agreed to it."""
    sender = Grant.objects.get(case=case, agency=referral.referring_agency_id, revoked_at=None)
    covered = {*sender.compartments, *sender.earlier_compartments}
    return sorted(covered & set(referral.offered) & set(consent.compartments))


def _grant(
    referral: Referral, case: Case, consent: ConsentEntry, parts: list[str], at: datetime
) -> Grant:
    """The receiver's grant, or more of the one it has, or the one that was frozen begun anew.

    Who leads the case adds to every part of it from now on.
    """
    receiver = referral.receiving_agency_id
    covered = {*(SHARED if case.lead_agency_id == receiver else parts), notes_of(receiver)}
    grant = Grant.objects.filter(case=case, agency_id=receiver, revoked_at=None).first()
    if grant is None:
        grant = Grant(case=case, agency_id=receiver, first_epoch=case.epoch, granted_at=at)
        grant.reference = new_reference(CASE)
    if grant.last_epoch is not None:
        grant.first_epoch, parts = case.epoch, [*parts, *grant.compartments]
        grant.compartments = []
    grant.compartments = sorted({*covered, *(grant.compartments or ())})
    grant.earlier_compartments = sorted({*parts, *grant.earlier_compartments})
    grant.consent, grant.last_epoch = consent, None
    grant.expires_at = closes_at(consent)
    grant.save()
    return grant


def _save(case: Case) -> None:
    case.save(update_fields=["epoch", "lead_agency"])


def _freeze(case: Case, agency_id: int) -> None:
    grants = Grant.objects.filter(case=case, agency_id=agency_id, revoked_at=None, last_epoch=None)
    if not grants.update(last_epoch=case.epoch - 1):
        raise AccessEnded("You can no longer open this.")


def _new_epoch(case: Case, agencies: Iterable[int]) -> CaseKeys:
    notes = [notes_of(agency_id) for agency_id in agencies]
    return get_keyd().new_case_keys([*SHARED, *notes], epoch=case.epoch)


def _erasure_key(case: Case) -> bytes:
    return bytes(ErasureKey.objects.get(case=case).key)


def _only(keys: CaseKeys, compartments: Iterable[str]) -> dict[tuple[str, int], bytes]:
    wanted = set(compartments)
    return {key: value for key, value in keys.items() if key[0] in wanted}


def _resealed(other: LiveGrant, fresh: CaseKeys, case: Case, erasure_key: bytes) -> Bundle:
    grant = Grant(pk=other.grant_id, agency_id=other.agency_id)
    return sealed_bundle(grant, _only(fresh, other.compartments), case, erasure_key)
