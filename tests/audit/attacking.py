"""What somebody who owns the tables can do to the evidence, and what two verifiers say of it."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.exporting import lines
from oversight.checking import chains_wanted
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases

TABLES = ("audit_auditentry", "audit_chainhead", "audit_checkpoint")
VERIFIER = Path(__file__).resolve().parents[2] / "audit" / "standalone_verifier.py"


@contextmanager
def tampering():
    """All that the owner of the tables can do, in a transaction that is taken back."""
    with databases.as_owner(), transaction.atomic():
        with unit_of_work(Context.migration()), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
        transaction.set_rollback(True)


def rehashed(cursor, agency_id, since):
    """Hash a chain anew from a place on, and set its head, as one who knows how."""
    cursor.execute(
        f"""
        DO $$ DECLARE entry audit_auditentry; last bytea; BEGIN
        FOR entry IN SELECT * FROM audit_auditentry
            WHERE agency_id = {agency_id:d} ORDER BY seq
        LOOP
            IF entry.seq >= {since:d} THEN
                entry.prev_hash := coalesce(last, decode(repeat('00', 32), 'hex'));
                entry.entry_hash := audit_hash(entry);
                UPDATE audit_auditentry SET prev_hash = entry.prev_hash,
                    entry_hash = entry.entry_hash
                    WHERE agency_id = entry.agency_id AND seq = entry.seq;
            END IF;
            last := entry.entry_hash;
            UPDATE audit_chainhead SET seq = entry.seq, entry_hash = last
                WHERE agency_id = entry.agency_id;
        END LOOP; END $$
        """  # noqa: S608 -- two numbers, and a DO takes no parameters
    )


def verified(capsys, agency_id, *arguments):
    """What ``audit verify`` says of one chain, and its exit code."""
    capsys.readouterr()
    try:
        call_command("audit", "verify", "--agency", str(agency_id), *arguments)
    except CommandError as error:
        return error.returncode, capsys.readouterr().err.splitlines()
    return 0, []


def exported(agency_id, path):
    """The chain as ``audit export`` gives it away, from inside the transaction that tampers."""
    with unit_of_work(Context.migration()):
        path.write_text("".join(f"{line}\n" for line in lines(chains_wanted(agency_id))))
    return path


def verified_alone(export, *held):
    """What the verifier without the house says: its own process, its own folder, no path to us."""
    alone = export.parent / "verifier.py"
    alone.write_bytes(VERIFIER.read_bytes())
    done = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-I", alone, export, *held],
        cwd=export.parent,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()
