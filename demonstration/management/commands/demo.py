import os
from argparse import ArgumentParser
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.errors import NotDone
from demonstration.founding import found_world, is_founded
from demonstration.loading import AlreadyLoading, alone, load_cases
from demonstration.marac import call_meeting
from demonstration.news import add_news
from demonstration.numbering import MOST_CASES, SEEDS
from demonstration.plans import ask_for_plans
from demonstration.progress import Progress
from demonstration.sign_ins import write_sign_ins
from tenancy.work import ContextRefused

CASES: Final = 300


class Command(BaseCommand):
    """``demo``: invented agencies, people and cases, for looking around and for measuring.

    The same seed makes the same people, words, references and course of events, counted from the
    moment of loading. Keys and internal ids are new each time.
    """

    help = "Loads the demonstration. Run it as the owner of the database."
    requires_system_checks = []  # it needs no doors, and `make run` waits for it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="nothing, if it is there already")
        parser.add_argument(
            "--cases", type=int, default=CASES, help="how many there are to be (%(default)s)"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed, other cases")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Found it, bring it to the number of cases, and write who can sign in."""
        self._refuse_nonsense(options)
        try:
            with alone():
                self._load(options)
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command again goes on from here.") from None
        except BrokenProcessPool:
            raise CommandError("A helping process died. The same command goes on here.") from None
        except (AlreadyLoading, NotDone, ContextRefused) as error:
            raise CommandError(str(error)) from None

    def _refuse_nonsense(self, options: dict[str, Any]) -> None:
        if not getattr(settings, "DEMONSTRATION", False):
            raise CommandError("There is no demonstration where real people's cases are kept.")
        if not 0 <= options["cases"] <= MOST_CASES:
            raise CommandError(f"--cases is a number up to {MOST_CASES:,}.")
        if not 0 <= options["seed"] < SEEDS:
            raise CommandError(f"--seed is a number below {SEEDS:,}.")
        if options["processes"] < 1:
            raise CommandError("--processes is at least 1.")

    def _load(self, options: dict[str, Any]) -> None:
        is_there = is_founded()
        if not is_there:
            found_world()
            self.stdout.write("Founded the agencies, their people and services.")
        if is_there and options["once"]:
            self.stdout.write("The demonstration is there already; nothing was added.")
        else:
            self._load_cases(options)
            add_news(timezone.now())
        port = os.environ.get("PORT", "8000")
        path = Path(settings.DEMONSTRATION_FILE)
        write_sign_ins(path, url=f"http://localhost:{port}", at=timezone.now())
        self.stdout.write(f"Who can sign in: {path.parent.name}/{path.name}")

    def _load_cases(self, options: dict[str, Any]) -> None:
        progress = Progress(options["cases"], self.stdout)
        loading = load_cases(
            options["cases"],
            seed=options["seed"],
            now=timezone.now(),
            processes=options["processes"],
        )
        try:
            for done, new in loading:
                progress.advance(done, new)
        finally:
            progress.end()
        if options["cases"] and call_meeting(timezone.now()):
            self.stdout.write("Called the next MARACs of Liverpool and St Helens.")
        if options["cases"]:
            ask_for_plans(timezone.now())
