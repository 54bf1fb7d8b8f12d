import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demonstration.founding import found_world, is_founded
from demonstration.sign_ins import write_sign_ins


class Command(BaseCommand):
    """``demo``: invented agencies, people and cases, for looking around and for measuring."""

    help = "Loads the demonstration world. Run it as the owner of the database."
    requires_system_checks = []  # it needs no doors, and `make run` waits for it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="only if it is not there yet")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("There are no demonstrations where real people's cases are kept.")
        founded = is_founded()
        if not founded:
            found_world()
        path = Path(settings.DEMONSTRATION_FILE)
        write_sign_ins(
            path, url=f"http://localhost:{os.environ.get('PORT', '8000')}", at=timezone.now()
        )
        if founded and options["once"]:
            self.stdout.write("The demonstration is there already.")
