"""Fill a house with referrals and search tags. Run as the database's owner."""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402

from benchmarks.prepare import TABLES, multiply  # noqa: E402
from referrals.models import Referral  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

REAL = 200
TAGS = """
WITH ours AS MATERIALIZED (
    SELECT row_number() OVER () - 1 AS nth, g.case_id, g.agency_id
    FROM referrals_grant g JOIN accounts_agency a ON a.id = g.agency_id
    WHERE a.code = 'liverpool-idva' AND g.revoked_at IS NULL
)
INSERT INTO referrals_searchtag (id, agency_id, purpose, key_version, tag, case_id, of_party)
SELECT gen_random_uuid(), ours.agency_id, 'phone', 1, decode(md5(n::text), 'hex'), ours.case_id,
    false
FROM generate_series(1, %s) AS n
JOIN ours ON ours.nth = n %% (SELECT count(*) FROM ours)
"""


def main(referrals: int, tags: int) -> None:
    """So many of each, and the planner told."""
    call_command("demo", cases=REAL, stdout=sys.stderr)
    with unit_of_work(Context.migration()), connection.cursor() as cursor:
        for table in TABLES:  # copies say nothing that is to be noted anywhere
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        multiply(REAL * (referrals // Referral.objects.count()))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(TAGS, [tags])
        print(Referral.objects.count(), "referrals", file=sys.stderr)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
