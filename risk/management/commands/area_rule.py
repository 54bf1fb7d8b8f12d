from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import founding
from accounts.errors import NotDone
from directory.areas import AREAS
from directory.harm import RiskBand
from risk.actions import setting_up
from risk.models import AreaRule, ConsentRule
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``area_rule set`` and ``list``: how areas judge risk, run by the owner of the database."""

    help = "Says which risk tool, threshold and consent rule an area has, and from when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every area with its rules")
        _describe_set(acts.add_parser("set", help="let a rule hold in an area from a day on"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the act in one transaction; a refusal says why and changes nothing."""
        act: Callable[[dict[str, Any]], list[str]] = ACTS[options["act"]]
        try:
            with unit_of_work(Context.migration()):
                lines = act(options)
        except NotDone as error:
            raise CommandError(str(error)) from None
        self.stdout.write("\n".join(lines))


def _describe_set(parser: Any) -> None:
    parser.add_argument("area", help="the local authority's code, such as E08000012")
    parser.add_argument("--from", dest="starts_on", required=True, type=date.fromisoformat)
    parser.add_argument("--tool", help="the code of a tool in use (none: bands only)")
    parser.add_argument("--tool-version", type=int, default=1)
    parser.add_argument("--marac-band", default=RiskBand.HIGH, help="high, unless said")
    parser.add_argument("--marac-score", type=int, help="by that very tool")
    parser.add_argument("--consent", required=True, choices=ConsentRule.values)
    parser.add_argument("--coordinator", help="the code of the MARAC coordinator's agency")


def _set(options: dict[str, Any]) -> list[str]:
    tool, coordinator = options["tool"], options["coordinator"]
    new = setting_up.NewRule(
        area_code=options["area"],
        starts_on=options["starts_on"],
        consent_rule=options["consent"],
        tool=setting_up.tool_called(tool, options["tool_version"]) if tool else None,
        marac_band=options["marac_band"],
        marac_score=options["marac_score"],
        coordinator=founding.agency_called(coordinator) if coordinator else None,
    )
    setting_up.set_rule(new)
    return [f"The rule of {AREAS[new.area_code].name} holds from {new.starts_on}."]


def _list(_options: dict[str, Any]) -> list[str]:
    rules = AreaRule.objects.select_related("tool", "coordinator").order_by("area_code", "period")
    known = {code: list(rows) for code, rows in groupby(rules, lambda rule: rule.area_code)}
    return [line for code in AREAS for line in _lines(code, known.get(code, []))]


def _lines(code: str, rules: list[AreaRule]) -> Iterator[str]:
    area = f"{code}\t{AREAS[code].name}"
    if not rules:
        yield f"{area}\tno rule"
    for rule in rules:
        until = f" until {rule.period.upper}, not included" if rule.period.upper else ""
        score = f" or {rule.marac_score} points" if rule.marac_score else ""
        facts = (
            str(rule.tool or "no tool of its own"),
            f"MARAC from {rule.marac_band}{score}",
            f"consent {rule.consent_rule}",
            f"from {rule.period.lower}{until}",
        )
        yield "\t".join((area, *facts))


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {"list": _list, "set": _set}
