"""Put up follow-ups with rungs that are due, and a bare copy of those. Run as the owner."""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402

from benchmarks.prepare import multiply  # noqa: E402
from referrals.models import Case, Referral  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402
from visits.ladder import LADDER  # noqa: E402
from visits.models import Audience, Unless  # noqa: E402

REAL = 200
CLEAR = """
TRUNCATE notices_notice, notices_text, visits_followup, rota_workingpattern, rota_oncall CASCADE;
DROP TABLE IF EXISTS bare_rung, telling_rung, told_notice
"""  # without a rota everybody is there, and a rung wakes whose it is
PLAIN = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE referrals_referral DISABLE TRIGGER USER;
UPDATE referrals_referral SET reference = 'Q-' || plain.n
FROM (SELECT id, row_number() OVER () AS n FROM referrals_referral) plain
WHERE plain.id = referrals_referral.id;
ALTER TABLE referrals_referral ENABLE TRIGGER USER
"""  # copies have letters in their references that no notice may have
FOLLOW_UPS = """
INSERT INTO visits_followup (id, referral_id, agency_id, referring_agency_id, visit_ended_at,
    due_at, visit_from_at, visit_by_at, code_due_at, outcome, needs_second_worker)
SELECT gen_random_uuid(), id, receiving_agency_id, referring_agency_id, now() - interval '30 hours',
    now() - interval '6 hours', now() - interval '30 hours', now() - interval '6 hours',
    now() + interval '1 day', '', false
FROM referrals_referral WHERE status = 'accepted' AND assigned_to_id IS NOT NULL LIMIT %s
"""
RUNG = """
INSERT INTO visits_rung (id, about, follow_up_id, agency_id, kind, nth, reference, audience, unless,
    due_at, available_at, told, attempts, crashes, parked_for)
SELECT gen_random_uuid(), f.id, f.id, f.agency_id, %(kind)s, 1, r.reference, %(audience)s,
    %(unless)s, f.due_at + %(hours)s * interval '1 hour', f.due_at + %(hours)s * interval '1 hour',
    0, 0, 0, ''
FROM visits_followup f JOIN referrals_referral r ON r.id = f.referral_id
"""
BARE = """
CREATE TABLE bare_rung (LIKE visits_rung INCLUDING ALL);
INSERT INTO bare_rung TABLE visits_rung;
CREATE TABLE telling_rung (LIKE visits_rung INCLUDING ALL);
INSERT INTO telling_rung TABLE visits_rung;
CREATE TABLE told_notice (LIKE notices_notice INCLUDING ALL,
    FOREIGN KEY (recipient_id) REFERENCES accounts_membership DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (agency_id) REFERENCES accounts_agency DEFERRABLE INITIALLY DEFERRED)
"""
SCENES = {
    "whose": [{"kind": "due", "audience": Audience.WHOSE, "unless": Unless.CONTACTED, "hours": 0}],
    "needless": [
        {"kind": "nobodys", "audience": Audience.DESK, "unless": Unless.TAKEN, "hours": 0}
    ],
    "ladder": [
        {"kind": step.kind, "audience": step.audience, "unless": step.unless, "hours": step.hours}
        for step in LADDER
    ],
}


def main(scene: str, rows: int) -> None:
    """One person each; the whole ladder, missed; or nobody, because it is somebody's already."""
    steps = SCENES[scene]
    with unit_of_work(Context.migration()):
        is_empty = not Case.objects.exists()
    if is_empty:
        call_command("demo", cases=REAL, stdout=sys.stderr)
    with unit_of_work(Context.migration()), connection.cursor() as cursor:
        theirs = Referral.objects.filter(status="accepted", assigned_to__isnull=False)
        if (number := theirs.count()) < rows:
            multiply((rows // number + 1) * Case.objects.count())
            cursor.execute(PLAIN)
        cursor.execute(CLEAR)
        cursor.execute(FOLLOW_UPS, [rows // len(steps)])
        for step in steps:
            cursor.execute(RUNG, step)
        cursor.execute(BARE)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
