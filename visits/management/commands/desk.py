from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import founding
from accounts.errors import NotDone
from directory.areas import AREAS
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.actions import setting_up
from visits.models import Programme


class Command(BaseCommand):
    """``desk set`` and ``desk list``: who answers for an area, run by the owner of the database."""

    help = "Says which desk answers for an area, and from when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every area with its desks, the present one and others")
        _describe_set(acts.add_parser("set", help="let a desk answer for an area from a day on"))

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
    parser.add_argument("code", help="the code of the agency whose desk it is")
    parser.add_argument("--from", dest="starts_on", required=True, type=date.fromisoformat)
    joined = parser.add_mutually_exclusive_group()
    joined.add_argument("--joined", action="store_true", help="in the programme (as if not said)")
    joined.add_argument("--ordinary", action="store_true", help="outside it: the ordinary route")
    parser.add_argument("--target-hours", type=int, default=24, metavar="HOURS")


def _set(options: dict[str, Any]) -> list[str]:
    new = setting_up.NewDesk(
        area_code=options["area"],
        desk=founding.agency_called(options["code"]),
        starts_on=options["starts_on"],
        is_joined=not options["ordinary"],
        target_hours=options["target_hours"],
    )
    setting_up.set_desk(new)
    area = AREAS[new.area_code].name
    return [f"{new.desk.name} answers for {area} from {new.starts_on}."]


def _list(_options: dict[str, Any]) -> list[str]:
    versions = Programme.objects.select_related("desk").order_by("area_code", "period")
    known = {code: list(rows) for code, rows in groupby(versions, lambda row: row.area_code)}
    return [line for code in AREAS for line in _lines(code, known.get(code, []))]


def _lines(code: str, versions: list[Programme]) -> Iterator[str]:
    area = f"{code}\t{AREAS[code].name}"
    if not versions:
        yield f"{area}\tno desk: the coordinators"
    for version in versions:
        how = f"joined, {version.target_hours} hours" if version.is_joined else "ordinary"
        until = f" until {version.period.upper}, not included" if version.period.upper else ""
        yield f"{area}\t{version.desk.code}\t{how}\tfrom {version.period.lower}{until}"


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {"list": _list, "set": _set}
