from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import NotDone
from retention.actions.loading import load
from retention.models import RetentionRule
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``retention load`` and ``list``: how long cases are kept, run by the database's owner."""

    help = "Loads how long each kind of agency keeps a case, and lists it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every rule, in force or not")
        acts.add_parser("load", help="put a file's rules in force").add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the act in one transaction; a refusal says why and changes nothing."""
        act: Callable[[dict[str, Any]], list[str]] = ACTS[options["act"]]
        try:
            with unit_of_work(Context.migration()):
                lines = act(options)
        except NotDone as error:
            raise CommandError(str(error)) from None
        self.stdout.write("\n".join(lines))


def _load(options: dict[str, Any]) -> list[str]:
    try:
        text = options["file"].read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotDone(f"{options['file']} cannot be read: {type(error).__name__}.") from None
    return [f"In force: {each}" for each in load(text)]


def _list(_options: dict[str, Any]) -> list[str]:
    rules = RetentionRule.objects.order_by("agency_kind", "harm_strand", "period")
    return [_line(rule) for rule in rules] or ["No rule is loaded: nothing is ever due to go."]


def _line(rule: RetentionRule) -> str:
    ends = rule.period.upper or "now"
    children = f"{rule.months_with_children} with children"
    return f"{rule}, {children}\t{rule.period.lower} to {ends}\t{rule.basis}"


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {"list": _list, "load": _load}
