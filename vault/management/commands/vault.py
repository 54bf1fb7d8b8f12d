"""`vault init PATH` makes the root key; `vault check` tries it on every key in the database.

`vault rotate KIND …` changes keys and says what is left; `vault retire KIND …` destroys the old
ones once nothing is. Both go on where they were, may be run twice, and need the database's owner.
"""

from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault.errors import KeyMissing, RootKeyRefused
from vault.inspection import inspect
from vault.providers.chosen import chosen_provider
from vault.root import make_root_file
from vault.rotation import StillInUse
from vault.rotation.running import SIGNING_PURPOSES, Running

CHANGES = {
    "rotate": "make a newer key, move what the old one holds, and say what is left",
    "retire": "destroy the old key, if nothing is left that it opens",
}


class Command(BaseCommand):
    help = "Make the root key, or check that it opens the keys in the database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        init = verbs.add_parser("init", help="make a root key file, readable by its owner alone")
        init.add_argument("path", type=Path)
        verbs.add_parser("check", help="try the root key on every key in the database")
        for verb, help_ in CHANGES.items():
            changing = verbs.add_parser(verb, help=help_)
            changing.add_argument(
                "--dry-run", action="store_true", help="say it, and change nothing"
            )
            changing.add_argument("--batch", type=int, default=100, help="rows a transaction")
            _add_kinds(changing, with_cases=verb == "rotate")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "init":
                self._init(options["path"])
            elif options["verb"] == "check":
                self._check()
            else:
                self._change(options)
        except (RootKeyRefused, StillInUse, KeyMissing, LookupError) as refusal:
            raise CommandError(str(refusal)) from None

    def _init(self, path: Path) -> None:
        make_root_file(path, repository=Path(settings.BASE_DIR))
        self.stdout.write(
            f"Made the root key {path}. Copy it to a safe place apart from the database's "
            "backups: without it no case can be read, and with both anybody reads all."
        )

    def _check(self) -> None:
        provider = chosen_provider()
        provider.healthcheck()
        root = provider.describe()
        self.stdout.write(
            f"Root {root.current} ({root.provider}); previous {root.previous or 'none'}"
        )
        findings = inspect(provider)
        for finding in findings:
            self.stdout.write(f"{finding.table}: {finding.opened} of {finding.total} keys open")
        if any(finding.opened < finding.total for finding in findings):
            raise CommandError("Some keys do not open under this root.")

    def _change(self, options: dict[str, Any]) -> None:
        most, is_dry = max(1, options["batch"]), options["dry_run"]
        running = Running(chosen_provider(), most=most, is_dry=is_dry)
        step = getattr(running, f"{options['verb']}_{options['kind']}")
        names = options.get("names") or []
        if agency := options.get("agency"):
            lines = running.rotate_cases_of(agency)
        else:
            lines = chain.from_iterable(map(step, names)) if names else step()
        for line in lines:
            self.stdout.write(line)
            self.stdout.flush()


def _add_kinds(parser: CommandParser, *, with_cases: bool) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("root", help="the key that wraps all others")
    kinds.add_parser("agency", help="an agency's key pair").add_argument(
        "names", nargs="+", metavar="AGENCY"
    )
    kinds.add_parser("index", help="an agency's keys for search tags").add_argument(
        "names", nargs="+", metavar="AGENCY"
    )
    kinds.add_parser("signing", help="the house's signing keys").add_argument(
        "names", nargs="+", choices=SIGNING_PURPOSES
    )
    if with_cases:
        cases = kinds.add_parser("case", help="the keys of cases, with all that is stored of them")
        cases.add_argument("names", nargs="*", metavar="REFERRAL")
        cases.add_argument("--agency", help="every case that an agency works on")
