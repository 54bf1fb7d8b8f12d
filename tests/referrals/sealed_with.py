"""What keys open: every bundle and every envelope there is, tried against each other."""

from referrals import actions
from referrals.ways import Way
from tests import given
from tests.referrals.conftest import as_owner
from vault.bundles import SealedBundle
from vault.envelope import FieldContext, open_field
from vault.errors import CannotOpen
from vault.keyd import get_keyd
from visits.actions import agree_way

BUNDLES = """
SELECT agency_id, epoch, sealed, key_version, signature FROM referrals_bundle WHERE case_id = %s
"""
RECORDS = """
SELECT compartment, kind || ':' || code, record_id, version, epoch, envelope
FROM referrals_sealedrecord WHERE case_id = %s ORDER BY at, compartment
"""
LATER = {
    "identity": {"given_name": "Zoë", "family_name": "Moved"},
    "contact": {"phone": "07700 900999"},
    "address": {"staying_at": "A refuge"},
    "incident": {"summary": "Again."},
    "risk": {"grounds": "He found her."},
    "needs": {"wanted": "To sleep"},
}


def bundles_of(referral):
    """Every bundle of the case there is, opened with its agency's own key, by agency."""
    erasure_key = as_owner(
        "SELECT key FROM referrals_erasurekey WHERE case_id = %s", referral.case_id
    )
    keys = {}
    for agency_id, epoch, sealed, version, signature in as_owner(BUNDLES, referral.case_id):
        bundle = SealedBundle(epoch, bytes(sealed), version, bytes(signature))
        opened = get_keyd().open_bundles(
            referral.case_id, agency_id, [bundle], bytes(erasure_key[0][0])
        )
        keys.setdefault(agency_id, []).extend(opened.items())
    return keys


def records_of(referral):
    """Every sealed record of the case, as it is stored."""
    return as_owner(RECORDS, referral.case_id)


def opened_by(keys, records, referral):
    """Which records any of the keys opens, whatever part and epoch the key is said to be of."""
    found = set()
    for compartment, field, record_id, version, epoch, envelope in records:
        context = FieldContext(
            str(referral.case_id), compartment, field, str(record_id), version, epoch
        )
        for _, key in keys:
            try:
                open_field(key, bytes(envelope), context)
            except CannotOpen:
                continue
            found.add(compartment)
    return found


def write_everything(referral, by):
    """A newer version of every part, a way to be in touch, and a note; only these rows."""
    before = records_of(referral)
    for part, document in LATER.items():
        actions.amend(referral.reference, part, document, by=by)
    actions.add_note(referral.reference, by=by, text="Ours")
    words = {"phone": "07700 900998", "code_word": "Marigold"}
    way = Way(channel="phone_call", allowed=True, windows=given.ANY_TIME, document=words)
    agree_way(referral.reference, way, by=by)
    return [row for row in records_of(referral) if row not in before]
