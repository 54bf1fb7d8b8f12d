from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from retention.ledger_file import LedgerChanged, read_lines
from retention.restoring import lost, replay, unknown
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``restore check`` and ``replay``, after a backup was put back; by the database's owner."""

    help = "Compares a restored database with the ledger of erasures, and does again what it lacks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and the ledger's file."""
        parser.add_argument("act", choices=("check", "replay"))
        parser.add_argument("--ledger", type=Path, default=settings.ERASURE_LEDGER or None)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what is missing, with an exit status for scripts; or do it, all of it or nothing."""
        if options["ledger"] is None:
            raise CommandError("Say where the ledger is: --ledger FILE, or ERASURE_LEDGER.")
        try:
            lines = read_lines(options["ledger"])
        except LedgerChanged as error:
            raise CommandError(f"{error} Put a true copy of it back.") from None
        if not lines:
            raise CommandError(f"There is no line of a ledger in {options['ledger']}.")
        with unit_of_work(Context.migration()):
            if options["act"] == "replay":
                done = replay(lines)
                self.stdout.write(f"{len(done)} of {len(lines)} lines were done again.")
            elif missing := unknown(lines):
                raise CommandError(
                    f"{len(missing)} of {len(lines)} lines are not known to this database. Nothing"
                    " opens it: run `manage.py restore replay`."
                )
            elif gone := lost(lines):
                raise CommandError(
                    f"{gone} lines that this database copied out are not in {options['ledger']}: it"
                    " was cut, or is an older file. Put the newest copy of it back."
                )
            else:
                self.stdout.write(f"All {len(lines)} lines are known.")
