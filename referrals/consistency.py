"""What must hold of the keys whatever happened: asked of the whole house, as its owner.

No word is opened for it. It runs in one snapshot, so that work in hand is no fault.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from django.db import connection

FAULTS: Final[Mapping[str, str]] = {
    "case {0} has no erasure key": """
        SELECT c.id FROM referrals_case c WHERE EXISTS (
            SELECT 1 FROM referrals_referral r WHERE r.case_id = c.id AND r.status <> 'expired')
        AND NOT EXISTS (SELECT 1 FROM referrals_erasurekey e WHERE e.case_id = c.id)""",
    "case {0} of a deleted draft has something to open": """
        SELECT c.id FROM referrals_case c WHERE NOT EXISTS (
            SELECT 1 FROM referrals_referral r WHERE r.case_id = c.id AND r.status <> 'expired')
        AND (EXISTS (SELECT 1 FROM referrals_erasurekey e WHERE e.case_id = c.id)
            OR EXISTS (SELECT 1 FROM referrals_sealedrecord s WHERE s.case_id = c.id))""",
    "case {0} was accepted and nobody leads it": """
        SELECT c.id FROM referrals_case c WHERE c.lead_agency_id IS NULL AND EXISTS (
            SELECT 1 FROM referrals_referral r WHERE r.case_id = c.id
            AND r.status IN ('accepted', 'closed'))""",
    "agency {1} works on case {0} without a bundle of its epoch": """
        SELECT g.case_id, g.agency_id FROM referrals_grant g
        JOIN referrals_case c ON c.id = g.case_id
        WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
        AND g.last_epoch IS NULL AND NOT EXISTS (
            SELECT 1 FROM referrals_bundle b WHERE b.grant_id = g.id AND b.epoch = c.epoch)""",
    "agency {1} accepted case {0} and has neither a grant nor a withdrawal": """
        SELECT DISTINCT r.case_id, r.receiving_agency_id FROM referrals_referral r
        WHERE r.status = 'accepted' AND NOT EXISTS (
            SELECT 1 FROM referrals_grant g WHERE g.case_id = r.case_id
            AND g.agency_id = r.receiving_agency_id AND g.revoked_at IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM referrals_consententry e WHERE e.case_id = r.case_id
            AND e.recipient_id = r.receiving_agency_id AND e.withdraws_id IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM referrals_grant g WHERE g.case_id = r.case_id
            AND g.agency_id = r.receiving_agency_id AND g.revoked_at >= g.expires_at)
        AND NOT EXISTS (
            SELECT 1 FROM retention_ledgerline l WHERE l.case_id = r.case_id
            AND l.agency_id = r.receiving_agency_id AND l.replayed_at IS NOT NULL)""",
    "agency {1} has a bundle of case {0} and no grant for it": """
        SELECT b.case_id, b.agency_id FROM referrals_bundle b
        JOIN referrals_grant g ON g.id = b.grant_id
        WHERE g.revoked_at IS NOT NULL OR b.epoch > g.last_epoch
            OR (g.case_id, g.agency_id) IS DISTINCT FROM (b.case_id, b.agency_id)""",
    "agency {1} has search tags of case {0} and no grant for it": """
        SELECT DISTINCT t.case_id, t.agency_id FROM referrals_searchtag t WHERE NOT EXISTS (
            SELECT 1 FROM referrals_grant g WHERE g.case_id = t.case_id
            AND g.agency_id = t.agency_id AND g.revoked_at IS NULL)""",
    "a file of case {0} has no pieces": """
        SELECT s.case_id FROM referrals_sealedrecord s
        WHERE s.kind = 'attachment' AND s.version = 1
        AND NOT EXISTS (SELECT 1 FROM referrals_attachmentframe f WHERE f.record_id = s.id)
        AND NOT EXISTS (SELECT 1 FROM referrals_sealedrecord n
            WHERE n.case_id = s.case_id AND n.record_id = s.record_id AND n.version = 2)""",
    "case {0} holds something of an epoch it has not reached": """
        SELECT c.id FROM referrals_case c WHERE EXISTS (
            SELECT 1 FROM referrals_bundle b WHERE b.case_id = c.id AND b.epoch > c.epoch)
        OR EXISTS (
            SELECT 1 FROM referrals_sealedrecord s WHERE s.case_id = c.id AND s.epoch > c.epoch)""",
}


def faults() -> Iterator[str]:
    """Every fault, in a sentence. Needs a migration context: others see their own cases only."""
    with connection.cursor() as cursor:
        for sentence, query in FAULTS.items():
            cursor.execute(query)
            for row in cursor.fetchall():
                yield sentence.format(*row)
