"""Bring one desk to a number of open follow-ups. Run as the database's owner."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402

from benchmarks.prepare import NEW, NTH, TABLES  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

CASES = 300
DESK = "liverpool-idva"
OPEN = """
SELECT f.id, r.case_id FROM visits_followup f
JOIN referrals_referral r ON r.id = f.referral_id
JOIN accounts_agency a ON a.id = f.agency_id
WHERE a.code = %s AND f.ended_at IS NULL AND f.contacted_at IS NULL
    AND r.status IN ('sent', 'accepted')
"""
ENDED = "UPDATE visits_followup SET contacted_at = now() WHERE id = ANY (%s)"
PLAIN = {**NEW, "reference": "left(reference, 3) || upper(left(md5(reference || n), 8))"}
"""Copies stand in the addresses of the page, and so need references that may stand there."""
CLOCK = {**PLAIN, "referral_id": "pg_temp.nth(referral_id, n)"}


def main(size: int) -> None:
    """Load what the demonstration has, then copy, or take off the desk, what is missing or over."""
    call_command("demo", cases=CASES, stdout=sys.stderr)
    with unit_of_work(Context.migration()), connection.cursor() as cursor:
        cursor.execute(OPEN, [DESK])
        found = cursor.fetchall()
        if len(found) > size:
            cursor.execute(ENDED, [[follow_up for follow_up, _ in found[size:]]])
        elif missing := size - len(found):
            _copy(cursor, found, missing, since=size)
        cursor.execute(f"SELECT count(*) FROM ({OPEN}) AS open", [DESK])  # noqa: S608
        (now,) = cursor.fetchone()
    print(json.dumps({"open": now}))


def _copy(cursor, found, missing, *, since):  # noqa: ANN001, ANN202
    """Copies of clear rows, as benchmarks.prepare makes them, and their clocks. They are numbered
    from ``since``, so that those of an earlier size are not made again."""
    times = -(-missing // len(found))
    cursor.execute(NTH)
    follow_ups, cases = (list(each) for each in zip(*found, strict=True))
    for table, names, key, of in (
        *(
            (table, PLAIN, "id" if table.endswith("_case") else "case_id", cases)
            for table in TABLES
        ),
        ("visits_followup", CLOCK, "id", follow_ups),
    ):
        columns = [
            each.name for each in connection.introspection.get_table_description(cursor, table)
        ]
        values = [names.get(column, column) for column in columns]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 -- of constants
            f" SELECT {', '.join(values)} FROM {table} CROSS JOIN generate_series(%s, %s) AS n"
            f" WHERE {key} = ANY (%s)",
            [since, since + times - 1, of],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
