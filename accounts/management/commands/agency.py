from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import clients, founding, joining, leaving
from accounts.errors import NotDone
from accounts.models import Agency, AgencyKind, Application, Membership
from accounts.roles import Role
from accounts.scopes import SCOPES
from tenancy.context import Context
from tenancy.work import unit_of_work

PEOPLES_ROLES: Final = [role.value for role in Role if role != Role.CLIENT]


class Command(BaseCommand):
    """``agency add`` and its kin: who takes part, run by the owner of the database."""

    help = "Adds and suspends agencies, and adds their people, systems and agreements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command an act; each acts wholly or not at all."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="what agencies there are")
        _describe_add(acts.add_parser("add", help="an agency, its keys and first administrator"))
        _describe_agreement(_with_code(acts, "agreement", "record a sharing agreement"))
        _with_code(acts, "suspend", "stop an agency at once")
        _with_code(acts, "resume", "let a suspended agency work again")
        _describe_member(_with_code(acts, "member", "let somebody act for an agency"))
        _describe_role(_with_code(acts, "role", "give a member another role"))
        _with_code(acts, "leave", "end somebody's membership").add_argument("email")
        _describe_client(_with_code(acts, "client", "let a system act for an agency"))
        _with_code(acts, "retire", "end a system's membership").add_argument("client_id")
        acts.add_parser("shut-out", help="stop somebody signing in").add_argument("email")
        acts.add_parser("give-back", help="a new way in, when lost").add_argument("email")

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
    parser.add_argument("code", help="small letters, digits and hyphens")
    parser.add_argument("--name", required=True)
    parser.add_argument("--kind", required=True, choices=AgencyKind.values)
    parser.add_argument("--area", nargs="*", default=[], help="codes of local authorities")
    parser.add_argument("--force-code", default="")
    parser.add_argument("--phone", default="")
    parser.add_argument("--agreement-from", required=True, type=date.fromisoformat)
    parser.add_argument("--agreement-to", type=date.fromisoformat)
    parser.add_argument("--administrator", required=True, metavar="EMAIL")
    parser.add_argument("--administrator-name", required=True)


def _describe_agreement(parser: Any) -> None:
    parser.add_argument("--from", dest="starts_on", required=True, type=date.fromisoformat)
    parser.add_argument("--to", dest="ends_on", type=date.fromisoformat)


def _describe_member(parser: Any) -> None:
    parser.add_argument("email")
    parser.add_argument("--name", required=True)
    parser.add_argument("--role", required=True, choices=PEOPLES_ROLES)


def _describe_role(parser: Any) -> None:
    parser.add_argument("email")
    parser.add_argument("--role", required=True, choices=PEOPLES_ROLES)


def _describe_client(parser: Any) -> None:
    parser.add_argument("--title", required=True)
    parser.add_argument("--scope", nargs="+", required=True, choices=list(SCOPES))


def _list(_options: dict[str, Any]) -> list[str]:
    return [_line(agency) for agency in Agency.objects.order_by("code")]


def _line(agency: Agency) -> str:
    state = "" if agency.is_active else " (suspended)"
    return f"{agency.code}\t{agency.get_kind_display()}\t{agency.name}{state}"


def _add(options: dict[str, Any]) -> list[str]:
    new = founding.NewAgency(
        code=options["code"],
        name=options["name"],
        kind=AgencyKind(options["kind"]),
        areas=tuple(options["area"]),
        force_code=options["force_code"],
        phone=options["phone"],
    )
    agency = founding.found(
        new, agreement_from=options["agreement_from"], agreement_to=options["agreement_to"]
    )
    joined = joining.join(
        agency,
        email=options["administrator"],
        name=options["administrator_name"],
        role=Role.ADMINISTRATOR,
    )
    return [f"{agency.name} takes part.", *_way_in(joined)]


def _agreement(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    founding.agree(agency, starts_on=options["starts_on"], ends_on=options["ends_on"])
    return [f"The agreement of {agency.name} is recorded."]


def _suspend(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    founding.suspend(agency)
    return [f"{agency.name} is suspended."]


def _resume(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    founding.resume(agency)
    return [f"{agency.name} takes part again."]


def _member(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    role = Role(options["role"])
    joined = joining.join(agency, email=options["email"], name=options["name"], role=role)
    return [f"{options['name']} acts for {agency.name}.", *_way_in(joined)]


def _way_in(joined: joining.Joined) -> list[str]:
    if not joined.one_time_password:
        return ["They sign in as before."]
    return [
        f"One-time password: {joined.one_time_password}",
        "Hand it over in person. It is shown only now, and is good for one week: at the first",
        "sign-in they choose their own and set up an authenticator app.",
    ]


def _role(options: dict[str, Any]) -> list[str]:
    agency, role = founding.agency_called(options["code"]), Role(options["role"])
    joining.change_role(joining.user_called(options["email"]), agency, role=role)
    return [f"{options['email']} is now: {role.label}."]


def _leave(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    leaving.leave(joining.user_called(options["email"]), agency)
    return [f"{options['email']} no longer acts for {agency.name}."]


def _client(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    new = clients.add_client(agency, title=options["title"], scopes=options["scope"])
    return [
        f"{options['title']} acts for {agency.name}.",
        f"client_id: {new.client_id}",
        f"client_secret: {new.client_secret}",
        "The secret is shown only now; it is kept hashed.",
    ]


def _retire(options: dict[str, Any]) -> list[str]:
    agency = founding.agency_called(options["code"])
    found = Application.objects.filter(client_id=options["client_id"], membership__agency=agency)
    membership = Membership.objects.filter(application__in=found).first()
    if membership is None:
        raise NotDone(f"{agency.name} has no system with that client_id.")
    leaving.retire(membership)
    return [f"{membership.title} no longer acts for {agency.name}."]


def _shut_out(options: dict[str, Any]) -> list[str]:
    leaving.shut_out(joining.user_called(options["email"]))
    return [f"{options['email']} can no longer sign in."]


def _give_back(options: dict[str, Any]) -> list[str]:
    user = joining.user_called(options["email"])
    one_time = joining.give_back(user)
    return [f"One-time password of {user.email}: {one_time}", "It is good for one week."]


ACTS: Final[dict[str, Callable[[dict[str, Any]], list[str]]]] = {
    "list": _list,
    "add": _add,
    "agreement": _agreement,
    "suspend": _suspend,
    "resume": _resume,
    "member": _member,
    "role": _role,
    "leave": _leave,
    "client": _client,
    "retire": _retire,
    "shut-out": _shut_out,
    "give-back": _give_back,
}
