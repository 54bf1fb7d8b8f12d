"""One writer: append to an agency's chain until the time is over, and say how long each took."""

import json
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 -- it reads the settings

from audit.recording import record  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.signing import signed  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

ENTRY = {
    "actor": "", "actor_role": "", "action": "case.open", "object_type": "referral",
    "object_id": "PH-22222222", "compartments": ["identity", "contact"], "purpose": "first contact",
    "decision": "allowed", "reason": "", "request_id": "0" * 32,
}  # fmt: skip


def bare(context: Context) -> None:
    """What the database alone takes: who asks, one entry, the commit."""
    entry = json.dumps([{**ENTRY, "agency_id": context.agency_id}])
    password = str(connection.settings_dict["PASSWORD"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_backend()")
        value = signed(context.claim, backend=str(cursor.fetchone()[0]), password=password)
        cursor.execute("SELECT set_config('pierhead.context', %s, true)", [value])
        cursor.execute("SELECT audit_append(%s::jsonb)", [entry])


def work(context: Context) -> None:
    """The same through a unit of work, as pages do it."""
    with unit_of_work(context):
        record(
            "case.open",
            about=("referral", "PH-22222222"),
            compartments=["identity", "contact"],
            purpose="first contact",
        )


def main(write: Callable[[Context], None], agency: int, seconds: float) -> None:
    """Say that it is ready, wait for the others, write, print."""
    context = Context.member(agency_id=agency, membership_id=1)
    write(context)
    print("ready", flush=True)
    sys.stdin.read()
    took, give_up_at = [], time.monotonic() + seconds
    while (began := time.monotonic()) < give_up_at:
        write(context)
        took.append(round((time.monotonic() - began) * 1000, 3))
    print(json.dumps(took))


if __name__ == "__main__":
    main({"bare": bare, "work": work}[sys.argv[1]], int(sys.argv[2]), float(sys.argv[3]))
