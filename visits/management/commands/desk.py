from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import founding
from accounts.errors import NotDone
from directory.areas import AREAS
from directory.safe_times import SafeWindow, in_words, weekly_hours, windows_from_json
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.actions import setting_up
from visits.demand import demand
from visits.ladder_files import NoLadder, Steps, read_ladder
from visits.models import Programme

AS_IF_NOT_SAID: Final = 3  # attempts


class Command(BaseCommand):
    """``desk set``, ``list`` and ``demand``: who answers for an area, and by which policy.

    Run by the owner of the database.
    """

    help = "Says which desk answers for an area, from when and by which policy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every area with its desks, the present one and others")
        acts.add_parser("demand", help="referrals from areas outside the programme, by month")
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
    joined.add_argument(
        "--marac-only",
        action="store_true",
        help="outside it, and its IDVAs take none directly: the desk brings them to MARAC",
    )
    _describe_policy(parser.add_argument_group("policy, in hours from the end of the police visit"))


def _describe_policy(policy: Any) -> None:
    policy.add_argument("--target-hours", type=int, default=24, metavar="HOURS")
    policy.add_argument("--earliest-hours", type=int, default=0, metavar="HOURS")
    policy.add_argument(
        "--latest-hours", type=int, metavar="HOURS", help="for the visit; the target, if not said"
    )
    policy.add_argument(
        "--visiting",
        action="append",
        default=[],
        type=_hours,
        metavar="'mon-fri 09:00-17:00'",
        help="when people are visited; once for each span (all hours, if not said)",
    )
    policy.add_argument(
        "--attempts", type=int, default=AS_IF_NOT_SAID, help="how many are expected"
    )
    policy.add_argument("--ladder", type=Path, metavar="FILE", help="who is woken when, as JSON")


def _hours(text: str) -> tuple[SafeWindow, ...]:
    try:
        return weekly_hours(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _set(options: dict[str, Any]) -> list[str]:
    new = setting_up.NewDesk(
        area_code=options["area"],
        desk=founding.agency_called(options["code"]),
        starts_on=options["starts_on"],
        is_joined=not (options["ordinary"] or options["marac_only"]),
        takes_direct=not options["marac_only"],
        target_hours=options["target_hours"],
        earliest_hours=options["earliest_hours"],
        latest_hours=options["latest_hours"],
        visiting_hours=[window for span in options["visiting"] for window in span],
        attempts_expected=options["attempts"],
        ladder=_ladder(options["ladder"]),
    )
    setting_up.set_desk(new)
    area = AREAS[new.area_code].name
    return [f"{new.desk.name} answers for {area} from {new.starts_on}."]


def _ladder(path: Path | None) -> Steps | None:
    if path is None:
        return None
    try:
        return read_ladder(path.read_text())
    except (OSError, NoLadder) as error:
        raise CommandError(str(error)) from None


def _list(_options: dict[str, Any]) -> list[str]:
    versions = Programme.objects.select_related("desk").order_by("area_code", "period")
    known = {code: list(rows) for code, rows in groupby(versions, lambda row: row.area_code)}
    return [line for code in AREAS for line in _lines(code, known.get(code, []))]


def _lines(code: str, versions: list[Programme]) -> Iterator[str]:
    area = f"{code}\t{AREAS[code].name}"
    if not versions:
        yield f"{area}\tno desk: the coordinators"
    for version in versions:
        how = _policy(version) if version.is_joined else version.route.replace("_", " ")
        how += f", {len(version.ladder)} steps of its own" if version.ladder else ""
        until = f" until {version.period.upper}, not included" if version.period.upper else ""
        yield f"{area}\t{version.desk.code}\t{how}\tfrom {version.period.lower}{until}"


def _policy(version: Programme) -> str:
    """The policy in a line: what is as if not said goes without saying."""
    said = [f"joined, {version.target_hours} hours"]
    if version.earliest_hours or version.latest_hours != version.target_hours:
        said.append(f"visit from {version.earliest_hours} to {version.latest_hours} hours")
    if version.visiting_hours:
        said.append(f"visits {in_words(windows_from_json(version.visiting_hours))}")
    if version.attempts_expected != AS_IF_NOT_SAID:
        said.append(f"{version.attempts_expected} attempts")
    return ", ".join(said)


def _demand(_options: dict[str, Any]) -> list[str]:
    return [
        f"{row.month:%Y-%m}\t{row.area}\t{row.route.label}\t{row.referrals}" for row in demand()
    ] or ["No referral has come from outside the programme."]


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {
    "list": _list,
    "set": _set,
    "demand": _demand,
}
