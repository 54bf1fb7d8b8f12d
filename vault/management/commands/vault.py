"""`vault init PATH` makes the root key; `vault check` tries it on every key in the database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault.errors import RootKeyRefused
from vault.inspection import inspect
from vault.providers.chosen import chosen_provider
from vault.root import make_root_file


class Command(BaseCommand):
    help = "Make the root key, or check that it opens the keys in the database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        init = verbs.add_parser("init", help="make a root key file, readable by its owner alone")
        init.add_argument("path", type=Path)
        verbs.add_parser("check", help="try the root key on every key in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "init":
                self._init(options["path"])
            else:
                self._check()
        except RootKeyRefused as refusal:
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
