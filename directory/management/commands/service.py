from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import founding
from accounts.errors import NotDone
from directory.actions import offering
from directory.models import Service
from tenancy.context import Context
from tenancy.work import unit_of_work


class Command(BaseCommand):
    """``service add`` and its kin: what help there is, run by the owner of the database."""

    help = "Adds services to the directory, closes them and opens them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="what services there are")
        _describe_add(_with_code(acts, "add", "help that an agency offers"))
        for name, what in (("close", "send nobody there any more"), ("reopen", "send again")):
            _with_code(acts, name, what).add_argument("name", help="as in the list")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the act in one transaction; a refusal says why and changes nothing."""
        act: Callable[[dict[str, Any]], list[str]] = ACTS[options["act"]]
        try:
            with unit_of_work(Context.migration()):
                lines = act(options)
        except NotDone as error:
            raise CommandError(str(error)) from None
        self.stdout.write("\n".join(lines))


def _with_code(acts: Any, name: str, what: str) -> Any:
    parser = acts.add_parser(name, help=what)
    parser.add_argument("code", help="the agency's code")
    return parser


def _describe_add(parser: Any) -> None:
    parser.add_argument("--name", required=True)
    parser.add_argument("--summary", default="")
    parser.add_argument("--need", nargs="+", required=True, help="what it helps with")
    parser.add_argument("--area", nargs="+", required=True, help="codes of local authorities")
    parser.add_argument("--from", dest="valid_from", required=True, type=date.fromisoformat)
    parser.add_argument("--to", dest="valid_to", type=date.fromisoformat)
    parser.add_argument("--minimum-age", type=int, default=0)
    parser.add_argument("--maximum-age", type=int)
    parser.add_argument("--language", nargs="*", default=[], help="besides English, such as pl")
    parser.add_argument("--answer-within-hours", type=int, default=48, metavar="HOURS")


def _list(_options: dict[str, Any]) -> list[str]:
    services = Service.objects.select_related("agency").order_by("agency__code", "name")
    return [_line(service) for service in services]


def _line(service: Service) -> str:
    until = f" to {service.valid_to}" if service.valid_to else ""
    dates = f"from {service.valid_from}{until}"
    facts = (service.agency.code, service.name, service.get_status_display(), dates)
    return "\t".join([*facts, ",".join(service.needs), ",".join(service.areas)])


def _add(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    new = offering.NewService(
        name=options["name"],
        summary=options["summary"],
        needs=tuple(options["need"]),
        areas=tuple(options["area"]),
        valid_from=options["valid_from"],
        valid_to=options["valid_to"],
        minimum_age=options["minimum_age"],
        maximum_age=options["maximum_age"],
        languages=tuple(options["language"]),
        answer_within_hours=options["answer_within_hours"],
    )
    offering.offer(agency, new)
    return [f"{agency.name} offers {new.name}."]


def _close(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    offering.close(agency, options["name"])
    return [f"{options['name']} is out of the directory."]


def _reopen(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    offering.reopen(agency, options["name"])
    return [f"{options['name']} is in the directory again."]


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {
    "list": _list,
    "add": _add,
    "close": _close,
    "reopen": _reopen,
}
