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
from visits import sweeping  # noqa: E402
from visits.models import Rung  # noqa: E402
from visits.staffing import Staffing  # noqa: E402

BITES = 10
BARE = """
UPDATE bare_rung SET fired_at = now() WHERE id = ANY (ARRAY(
    SELECT id FROM bare_rung
    WHERE fired_at IS NULL AND settled_at IS NULL AND parked_at IS NULL AND available_at <= now()
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING id
"""


def main(scene: str, rows: int) -> None:
    """Turn about, until both have nothing left."""
    with unit_of_work(Context.system()):
        at = database_now()
    took = {"ours": 0.0, "bare": 0.0}
    done = {"ours": 0, "bare": 0}
    staffing = Staffing(at)
    with psycopg.connect(os.environ["BARE_URL"]) as bare:
        turns = {"bare": lambda: _bare(bare), "ours": lambda: _ours(staffing, at)}
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
    if left or done != {"ours": rows, "bare": rows}:
        sys.exit(f"{left} rows were left; {done}.")
    rate = {name: done[name] / took[name] for name in done}
    ratio = rate["ours"] / rate["bare"]
    figures = f"{rows:,} | {rate['bare']:,.0f} | {rate['ours']:,.0f} | **{ratio:.2f}** | {told:,}"
    print(f"| {scene} | {figures} |", flush=True)


def _ours(staffing: Staffing, at) -> int:  # noqa: ANN001 -- a datetime
    return sweeping._bite(sweeping.BITE, staffing, at=at).fired  # noqa: SLF001 -- one bite, not all


def _bare(connection) -> int:  # noqa: ANN001 -- psycopg's
    taken = connection.execute(BARE, [sweeping.BITE]).fetchall()
    connection.commit()
    return len(taken)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
