import logging
import time
from argparse import ArgumentParser, FileType
from collections.abc import Callable
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from accounts.actions.founding import agency_called
from accounts.errors import NotDone
from accounts.models import Agency
from audit.checkpoints import sign_due
from audit.exporting import lines
from audit.recording import record
from oversight import checking, holding
from oversight.errors import NotHeld
from oversight.models import HolderKind
from tenancy.context import Context
from tenancy.work import ContextRefused, unit_of_work

COULD_NOT_CHECK: Final = 2
KNOCKS_EVERY: Final = 5.0  # seconds
PLATFORM: Final = "platform"
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``audit verify`` and its kin: checking, exporting, signing the evidence; who holds it."""

    help = "Checks and exports the evidence as the owner of the database; signs it as the notary."
    requires_system_checks = []  # evidence can be checked in a house that does not stand

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        verify = acts.add_parser("verify", help="recompute the chains; exit 0, 1 or 2")
        verify.add_argument("--agency", type=int, help="only this agency's chain, by its id")
        verify.add_argument("--since", type=int, metavar="ENTRY", help="from a checkpoint on")
        verify.add_argument("--against", action="append", default=[], metavar="FILE")
        export = acts.add_parser("export", help="entries, checkpoints and public keys")
        export.add_argument("--agency", type=int, help="only this agency's chain, by its id")
        export.add_argument("--format", choices=["jsonl"], default="jsonl")
        export.add_argument(
            "--to", type=FileType("w", encoding="utf-8"), help="a file (else the screen)"
        )
        sign = acts.add_parser("sign", help="sign where the chains stand; run it as the notary")
        sign.add_argument("--loop", action="store_true", help="sign until stopped")
        _describe_holder(acts.add_parser("holder", help="who outside holds checkpoints"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act. Exit 0 is done, 1 that something is wrong, 2 that it cannot be told."""
        act: Callable[[dict[str, Any]], None] = getattr(self, options["act"])
        try:
            act(options)
        except (ContextRefused, DatabaseError, checking.NotChecked) as error:
            raise CommandError(f"Not checked: {error}", returncode=COULD_NOT_CHECK) from error
        except (NotHeld, NotDone) as error:
            raise CommandError(str(error)) from None

    def verify(self, options: dict[str, Any]) -> None:
        """Recompute, and fail with the first faults found."""
        held = checking.read_held(options["against"])
        question = checking.Question(options["agency"], options["since"], held)
        checked, faults = checking.check(question)
        for fault in faults[:20]:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} faults in the evidence.")
        self.stdout.write(f"{len(checked)} chains hold.")

    def export(self, options: dict[str, Any]) -> None:
        """Write lines of JSON for other people's verifiers. That it was done is on record first."""
        about = ("chain", "" if options["agency"] is None else options["agency"])
        with unit_of_work(Context.migration()):
            record("audit.export", about=about)
        out = options["to"] or self.stdout
        with checking.one_snapshot(), unit_of_work(Context.migration()):
            for line in lines(checking.chains_wanted(options["agency"])):
                out.write(f"{line}\n")
        out.flush()

    def sign(self, options: dict[str, Any]) -> None:
        """Sign what is due, once or until stopped; one failure does not end the loop."""
        if not options["loop"]:
            self.stdout.write(f"{sign_due()} checkpoints signed.")
            return
        while True:
            try:
                sign_due()
            except Exception:  # a loop that ends is a chain that nobody signs
                logger.exception("The chains could not be signed.")
            close_old_connections()
            time.sleep(KNOCKS_EVERY)

    def holder(self, options: dict[str, Any]) -> None:
        """Add, list or remove a holder."""
        if options["deed"] == "add":
            kind = HolderKind(options["kind"])
            held = holding.add_holder(
                _agency(options["agency"]), kind=kind, address=options["address"]
            )
            self.stdout.write(f"{held.pk}\tadded")
        elif options["deed"] == "remove":
            self.stdout.write(f"{holding.remove_holder(options['holder']).pk}\tremoved")
        else:
            with unit_of_work(Context.migration()):
                for each in holding.holders():
                    whose = each.agency.code if each.agency else PLATFORM
                    self.stdout.write(f"{each.pk}\t{whose}\t{each.kind}\t{each.address}")


def _describe_holder(parser: Any) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    deeds.add_parser("list", help="who holds whose")
    remove = deeds.add_parser("remove", help="send them nothing more")
    remove.add_argument("holder", help="its number, from the list")
    add = deeds.add_parser("add", help="send somebody every checkpoint from now on")
    add.add_argument("agency", help=f"an agency's code, or {PLATFORM}")
    add.add_argument("kind", choices=HolderKind.values)
    add.add_argument("address", help="a path, an e-mail address, or https://…")


def _agency(code: str) -> Agency | None:
    if code == PLATFORM:
        return None
    with unit_of_work(Context.migration()):
        return agency_called(code)
