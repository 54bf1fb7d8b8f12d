from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import NotDone
from risk import actions
from risk.models import RiskTool
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``risk_tool load`` and its kin: the risk tools there are, run by the database's owner."""

    help = "Loads risk tools from files, lists them, and takes them out of use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every version of every tool")
        acts.add_parser("load", help="load a version from its file").add_argument("file", type=Path)
        retiring = acts.add_parser("retire", help="take a version out of use; what it said stays")
        retiring.add_argument("code")
        retiring.add_argument("version", type=int)

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
    tool = actions.load(text)
    return [f"{tool} can be assessed with."]


def _retire(options: dict[str, Any]) -> list[str]:
    return [f"{actions.retire(options['code'], options['version'])} is out of use."]


def _list(_options: dict[str, Any]) -> list[str]:
    tools = RiskTool.objects.order_by("code", "version")
    return [_line(tool) for tool in tools] or ["No risk tool is loaded."]


def _line(tool: RiskTool) -> str:
    state = f"retired {tool.retired_at:%Y-%m-%d}" if tool.retired_at else "in use"
    return f"{tool.code}\tversion {tool.version}\t{tool.name}\t{state}"


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {
    "list": _list,
    "load": _load,
    "retire": _retire,
}
