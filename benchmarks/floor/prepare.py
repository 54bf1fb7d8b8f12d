"""Bring the floor to a number of rows."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402

FILL = """
INSERT INTO floor_referral (reference, status, source, referring_agency, receiving_agency,
    area_code, harm, risk_band, age_band, children, given_name, family_name, born_on, phone,
    address, postcode, summary, needs, visit_ended_at, created_at)
SELECT 'PH-' || lpad(to_hex(n), 8, '0'), 'sent', 'police', 'merseyside-police', 'liverpool-idva',
    'E08000012', 'domestic_abuse', 'high', '25_34', true, 'Zoë', 'O’Example', '1991-04-23',
    '07700 900123', 'With her sister, 1 Invented Street', 'L3 1BY', repeat('What happened. ', 20),
    'New locks', now() - n * interval '5 minutes', now() - n * interval '4 minutes'
FROM generate_series(
    (SELECT count(*) FROM floor_referral WHERE reference LIKE 'PH-%%') + 1, %s
) AS n
"""


def main(rows: int) -> None:
    """Make the table and its rows."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [rows])
        cursor.execute("ANALYZE floor_referral")
    print(json.dumps({"references": [f"PH-{n:08x}" for n in range(1, rows + 1, rows // 400 or 1)]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
