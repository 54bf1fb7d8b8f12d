from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.chain import chains, verify
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``audit verify``: recompute the chains, and fail with the first faults found."""

    help = "Checks the evidence. Run it as the owner of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--agency", type=int, help="only this agency's chain, by its id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when every chain holds, 1 when one does not."""
        with unit_of_work(Context.migration()):
            wanted = [options["agency"]] if options["agency"] is not None else chains()
            faults = [fault for agency in wanted for fault in verify(agency, now=timezone.now())]
        for fault in faults[:20]:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} faults in the evidence.")
        self.stdout.write(f"{len(list(wanted))} chains hold.")
