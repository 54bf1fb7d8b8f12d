from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.chain import Fault, chains, verify
from tenancy.context import Context
from tenancy.work import ContextRefused, unit_of_work

COULD_NOT_CHECK = 2


class Command(BaseCommand):
    """``audit verify``: recompute the chains, and fail with the first faults found."""

    help = "Checks the evidence. Run it as the owner of the database."
    requires_system_checks = []  # evidence can be checked in a house that does not stand

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--agency", type=int, help="only this agency's chain, by its id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when every chain holds, 1 when one does not, 2 when that cannot be told."""
        try:
            checked, faults = _check(options["agency"])
        except (ContextRefused, DatabaseError) as error:
            raise CommandError(f"Not checked: {error}", returncode=COULD_NOT_CHECK) from error
        for fault in faults[:20]:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} faults in the evidence.")
        self.stdout.write(f"{len(checked)} chains hold.")


def _check(agency_id: int | None) -> tuple[list[int], list[Fault]]:
    with _one_snapshot(), unit_of_work(Context.migration()):
        there = list(chains())
        if agency_id is not None and agency_id not in there:
            raise CommandError(f"Agency {agency_id} has no chain.", returncode=COULD_NOT_CHECK)
        wanted = there if agency_id is None else [agency_id]
        now = timezone.now()
        return wanted, [fault for agency in wanted for fault in verify(agency, now=now)]


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """See entries and heads as of one moment, so that work going on meanwhile is no fault."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
