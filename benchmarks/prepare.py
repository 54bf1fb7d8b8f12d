"""Bring Pierhead to a number of cases, and say how to measure it. Run as the database's owner."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actions.clients import add_client  # noqa: E402
from accounts.models import Agency, Application  # noqa: E402
from accounts.scopes import SCOPES  # noqa: E402
from demonstration.sign_ins import example_referral  # noqa: E402
from referrals.models import Case, Referral  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

CLIENT, SECRET = "benchmark", "the benchmark's own long secret"
SAMPLE = 400
SEALED_FOR_REAL = 1_000
"""The rest are copies of their clear rows, made in SQL: listed, counted and searched like any, but
without anything sealed. What is read and opened is drawn from those that are real."""


def main(cases: int) -> None:
    """Load, add the system that will ask, and print what it is to ask for."""
    real = min(cases, SEALED_FOR_REAL)
    call_command("demo", cases=real, stdout=sys.stderr)
    with unit_of_work(Context.migration()):
        police = Agency.objects.get(code="merseyside-police")
        if not Application.objects.filter(client_id=CLIENT).exists():
            add_client(police, title="Benchmark", scopes=SCOPES, client_id=CLIENT, secret=SECRET)
        genuine = Referral.objects.filter(referring_agency=police, reference__startswith="PH-")
        genuine = genuine.exclude(status__in=["draft", "expired"])
        if cases > real:
            multiply(cases)
        references = genuine.order_by("?").values_list("reference", flat=True)[:SAMPLE]
        found = {
            "client": [CLIENT, SECRET],
            "references": list(references),
            "body": example_referral(timezone.now() - timedelta(hours=1)),
            "rows": Referral.objects.count(),
        }
    print(json.dumps(found))


TABLES = (
    "referrals_case",
    "referrals_referral",
    "referrals_consententry",
    "referrals_grant",
)
NEW = {
    "id": "pg_temp.nth(id, n)",
    "case_id": "pg_temp.nth(case_id, n)",
    "parent_id": "pg_temp.nth(parent_id, n)",
    "consent_id": "pg_temp.nth(consent_id, n)",
    "withdraws_id": "pg_temp.nth(withdraws_id, n)",
    "reference": "left(reference, 2) || chr(1024 + n) || substr(reference, 4)",
    "created_at": "created_at - n * interval '1 second'",
}
NTH = """
CREATE FUNCTION pg_temp.nth(uuid, int) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT md5($1::text || $2)::uuid $$
"""


def multiply(cases: int) -> None:
    """Copy what there is until there are so many, under ids and references of their own."""
    copies = cases // Case.objects.count() - 1
    with connection.cursor() as cursor:
        cursor.execute(NTH)
        for table in TABLES:
            columns = [each.name for each in _columns(cursor, table)]
            values = [NEW.get(column, column) for column in columns]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 -- of constants
                f" SELECT {', '.join(values)} FROM {table} CROSS JOIN generate_series(1, %s) AS n",
                [copies],
            )


def _columns(cursor, table):  # noqa: ANN001, ANN202
    return connection.introspection.get_table_description(cursor, table)


if __name__ == "__main__":
    main(int(sys.argv[1]))
