from typing import Any

from django.core.management.commands import migrate

from tenancy import roles
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(migrate.Command):
    """Django's ``migrate``, which also makes the database's roles and their signing keys."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the roles first: the policies of the migrations name them."""
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        roles.bring_up_to_date()
        super().handle(*args, **options)
        if roles.keys_are_kept():
            with unit_of_work(Context.migration()):
                pass  # raises unless the owner's own signature is believed
