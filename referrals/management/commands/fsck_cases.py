from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from referrals.consistency import faults
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``fsck_cases``: say which cases, grants and keys do not fit together, and fail if any."""

    help = "Checks that cases, grants and keys fit together. Run it as the owner of the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when everything fits."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with unit_of_work(Context.migration()):
                found = list(faults())
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults.")
        self.stdout.write("Cases, grants and keys fit together.")
