"""Fire what is due, by turns with the bare loop, and print a line. Run as the worker."""

import os
import sys
import time

import django

django.setup()

import psycopg  # noqa: E402 -- after Django, as everything here

from notices.clock import database_now  # noqa: E402
from notices.models import Notice  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402
from visits import firing, sweeping  # noqa: E402
from visits.models import Rung  # noqa: E402
from visits.staffing import Watch, watch_of  # noqa: E402

BITES = 10
BARE = """
UPDATE {table} SET fired_at = now() WHERE id = ANY (ARRAY(
    SELECT id FROM {table}
    WHERE fired_at IS NULL AND settled_at IS NULL AND parked_at IS NULL AND available_at <= now()
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING id
"""
TELLING = f"""
WITH fired AS ({BARE.format(table="telling_rung")}, agency_id, kind, reference, due_at),
anybody AS MATERIALIZED (SELECT id FROM accounts_membership LIMIT 1)
INSERT INTO told_notice (id, recipient_id, agency_id, kind, reference, dedupe, due_at, created_at,
    available_at, attempts, crashes, parked_for)
SELECT gen_random_uuid(), anybody.id, agency_id, 'follow_up.' || kind, reference,
    fired.id || ':' || anybody.id, due_at, now(), now(), 0, 0, ''
FROM fired CROSS JOIN anybody RETURNING id
"""  # noqa: S608 -- of parts that stand here


def main(scene: str, rows: int) -> None:
    """Turn about, until both have nothing left."""
    with unit_of_work(Context.system()):
        at = database_now()
    with unit_of_work(Context.system()):
        watch = watch_of(firing.agencies_due(at=at), at)
    with psycopg.connect(os.environ["BARE_URL"]) as bare:
        turns = {
            "bare": lambda: _bare(bare, BARE.format(table="bare_rung")),
            "telling": lambda: _bare(bare, TELLING),
            "ours": lambda: _ours(watch, at),
        }
        took, done = dict.fromkeys(turns, 0.0), dict.fromkeys(turns, 0)
        fired = rows
        while fired:
            for name, turn in turns.items():
                began = time.perf_counter()
                fired = sum(turn() for _ in range(BITES))
                took[name] += time.perf_counter() - began
                done[name] += fired
    with unit_of_work(Context.system()):
        told = Notice.objects.count()
        left = Rung.objects.filter(fired_at=None).count()
    if left or {*done.values()} != {rows}:
        sys.exit(f"{left} rows were left; {done}.")
    rate = {name: done[name] / took[name] for name in done}
    rates = " | ".join(f"{each:,.0f}" for each in rate.values())
    to_bare, to_telling = rate["ours"] / rate["bare"], rate["ours"] / rate["telling"]
    ratios = f"**{to_bare:.2f}** | {to_telling:.2f}"
    print(f"| {scene} | {rows:,} | {rates} | {ratios} | {told:,} |", flush=True)


def _ours(watch: Watch, at) -> int:  # noqa: ANN001 -- a datetime
    return sweeping._bite(watch, sweeping.BITE, at=at).rungs  # noqa: SLF001 -- one bite, not all


def _bare(connection, statement: str) -> int:  # noqa: ANN001 -- psycopg's
    taken = connection.execute(statement, [sweeping.BITE]).fetchall()
    connection.commit()
    return len(taken)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
