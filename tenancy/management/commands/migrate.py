from typing import Any

from django.core.management.commands import migrate

from tenancy import roles
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(migrate.Command):
    """Django's ``migrate``, which also makes the database's roles and their signing keys."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the roles first: the policies of the migrations name them."""
        roles.make_roles()
        super().handle(*args, **options)
        roles.store_keys()
        with unit_of_work(Context.migration()):
            pass  # proves that the owner's own signature is believed
