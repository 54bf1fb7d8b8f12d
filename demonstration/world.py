"""Who is there to act in the cases: agencies, their people, services and desks, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from accounts.models import Agency, Membership
from accounts.roles import GRANTS, Permission, Role
from demonstration.agencies import AGREEMENTS_ENDED, DESKS
from demonstration.staff import STAFF
from directory.matching import closed, outside
from directory.models import Service
from directory.routes import Route
from risk.models import RiskTool
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import Programme


@dataclass(frozen=True)
class World:
    """The founded demonstration, in memory."""

    agencies: dict[str, Agency]
    members: Sequence[Membership]
    services: Sequence[Service]
    programmes: dict[str, Programme]
    tool: RiskTool | None

    @classmethod
    def read(cls) -> "World":
        """What :func:`demonstration.founding.found_world` put into the database."""
        invented = [new.email for new in STAFF]
        with unit_of_work(Context.migration()):
            members = Membership.objects.filter(user__email__in=invented).order_by("pk")
            return cls(
                agencies={agency.code: agency for agency in Agency.objects.all()},
                members=list(members.select_related("agency", "user")),
                services=list(Service.objects.select_related("agency").order_by("name", "id")),
                programmes={row.area_code: row for row in Programme.objects.all()},
                tool=RiskTool.objects.filter(retired_at=None).first(),
            )

    @cached_property
    def by_agency(self) -> dict[str, list[Membership]]:
        """People by the code of their agency."""
        found: dict[str, list[Membership]] = {}
        for member in self.members:
            found.setdefault(member.agency.code, []).append(member)
        return found

    def who(self, agency: str, *roles: Role) -> list[Membership]:
        """The people of an agency who hold one of the roles, in order of joining."""
        return [member for member in self.by_agency[agency] if member.role in roles]

    def worker(self, dice: Random, agency: str, permission: Permission) -> Membership:
        """Somebody of an agency whose role grants a permission; leaders less often."""
        able = [each for each in self.by_agency[agency] if permission in GRANTS[Role(each.role)]]
        return dice.choice(able[:-1] or able)

    def desk(self, area_code: str) -> str:
        """The code of the agency that answers for an area."""
        return DESKS.get(area_code, "coordinators")

    def joined(self, area_code: str) -> Programme | None:
        """The programme of an area that has joined it."""
        programme = self.programmes.get(area_code)
        return programme if programme and programme.is_joined else None

    def route(self, area_code: str) -> Route:
        """How an area takes what the police refer."""
        programme = self.programmes.get(area_code)
        return programme.route if programme else Route.COORDINATORS

    def suitable(self, need: str, area_code: str, age_band: str, on: date) -> list[Service]:
        """The services that could have been asked on a day."""
        facts = {"need": need, "area_code": area_code, "age_band": age_band}
        return [
            service
            for service in self.services
            if not any(outside(service, **facts))
            and not any(closed(service, on))
            and service.agency.code not in AGREEMENTS_ENDED
        ]
