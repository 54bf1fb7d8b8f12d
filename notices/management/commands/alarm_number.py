from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import NotDone
from accounts.models import Membership
from notices.numbers import set_by_operator
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``alarm_number``: at which number somebody is texted once they say yes to it themselves."""

    help = "Sets the number at which a member of staff may agree to be texted about alarms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and which."""
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("agency", help="the code of the agency they act for")
        parser.add_argument("number", help="the telephone number")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it in one transaction; a refusal says why and changes nothing."""
        theirs = {"user__email": options["email"].lower(), "agency__code": options["agency"]}
        with unit_of_work(Context.migration()):
            member = Membership.objects.current().filter(**theirs).first()
            if member is None:
                raise CommandError("Nobody of that address acts for that agency.")
            try:
                set_by_operator(options["number"], of=member)
            except NotDone as error:
                raise CommandError(str(error)) from None
        self.stdout.write("Set. They are texted once they agree to it on their own page.")
