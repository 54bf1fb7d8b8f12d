"""Lists are read from an index, behind row-level security, however much lies beyond the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.api import systems
from tests.api.systems import body, system_of

ROWS = 20_000
COPY = """
INSERT INTO referrals_referral ({columns})
SELECT {values} FROM referrals_referral CROSS JOIN generate_series(1, %s) AS n
"""
OF_ITS_OWN = {
    "id": "gen_random_uuid()",
    "reference": "'PH' || lpad(to_hex(n), 8, '0')",
    "created_at": "created_at - n * interval '1 minute'",
}


def multiply_the_referral():
    """Copies of the one referral there is, seen by the same two agencies."""
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, "referrals_referral")
        columns = [column.name for column in table]
        values = [OF_ITS_OWN.get(column, column) for column in columns]
        copy = COPY.format(columns=", ".join(columns), values=", ".join(values))
        cursor.execute(copy, [ROWS])


@pytest.fixture
def sides(own_database, people):
    """Both sides' systems, with a long list each."""
    records, desk = systems.police(), system_of("liverpool-idva")
    records.post("referrals/", body())
    with databases.as_owner():
        with unit_of_work(Context.migration()):
            multiply_the_referral()
        connection.cursor().execute("ANALYZE referrals_referral")
    return {"referring": records, "receiving": desk}


def asked_of_the_database(system, path):
    """The statement that reads the rows of a list, and the page it makes."""
    with CaptureQueriesContext(connection) as captured:
        page = system.get(path).json()
    texts = [query["sql"] for query in captured.captured_queries]
    [listing] = [text for text in texts if "ORDER BY" in text and "referrals_referral" in text]
    return listing, page


@pytest.mark.parametrize(
    ("side", "index", "who"),
    [
        ("referring", "referrals_referral_made_newest", "records_system"),
        ("receiving", "referrals_referral_got_newest", "adviser"),
    ],
)
def test_a_page_is_read_from_an_index(sides, people, side, index, who):
    listing, page = asked_of_the_database(sides[side], f"referrals/?side={side}")
    following = page["next"].removeprefix("http://testserver/api/v1/")
    beyond, _ = asked_of_the_database(sides[side], following)

    for statement in (listing, beyond):
        with unit_of_work(getattr(people, who).context), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert f"Index Scan using {index}" in plan, plan
        assert "Sort" not in plan, plan
