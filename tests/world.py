"""The world the tests act in: two forces, two IDVA services, services, and their people.

Committed once into the template by :func:`build`; tests ask :class:`People` for whoever acts.
"""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from django.conf import settings
from psycopg.types.range import DateRange

from accounts.actions.clients import add_client
from accounts.models import Agency, AgencyKind, Membership, SharingAgreement, User
from accounts.roles import Role
from accounts.scopes import SCOPES
from directory.models import Service
from risk.actions.loading import load
from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.keyd import get_keyd
from visits.models import Programme

LIVERPOOL, WIRRAL, HALTON, SEFTON = "E08000012", "E08000015", "E06000006", "E08000014"
MERSEYSIDE: Final = ["E08000011", "E08000012", "E08000013", "E08000014", "E08000015"]
PASSWORD: Final = "a long enough passphrase"
CLIENT_ID: Final = "records-system"
CLIENT_SECRET: Final = "the records system's own long secret"

AGENCIES: Final = [
    ("merseyside-police", "Merseyside Police", AgencyKind.POLICE, MERSEYSIDE, "05"),
    ("cheshire-police", "Cheshire Constabulary", AgencyKind.POLICE, [HALTON], "07"),
    ("liverpool-idva", "Liverpool IDVA Service", AgencyKind.IDVA, [LIVERPOOL], ""),
    ("wirral-idva", "Wirral IDVA Service", AgencyKind.IDVA, [WIRRAL], ""),
    ("rowan", "Rowan Counselling", AgencyKind.SERVICE, MERSEYSIDE, ""),
    ("linden", "Linden Support", AgencyKind.SERVICE, MERSEYSIDE, ""),
    ("coordinators", "Programme coordinators", AgencyKind.COORDINATOR, [*MERSEYSIDE, HALTON], ""),
    ("unsigned", "No Agreement Yet", AgencyKind.SERVICE, MERSEYSIDE, ""),
]
DESKS: Final = {LIVERPOOL: "liverpool-idva", WIRRAL: "wirral-idva", HALTON: "coordinators"}
MEMBERS: Final = {
    "officer": ("merseyside-police", Role.OFFICER),
    "colleague": ("merseyside-police", Role.OFFICER),
    "supervisor": ("merseyside-police", Role.SUPERVISOR),
    "cheshire_officer": ("cheshire-police", Role.OFFICER),
    "adviser": ("liverpool-idva", Role.ADVISER),
    "second_adviser": ("liverpool-idva", Role.ADVISER),
    "duty_manager": ("liverpool-idva", Role.DUTY_MANAGER),
    "wirral_adviser": ("wirral-idva", Role.ADVISER),
    "caseworker": ("rowan", Role.CASEWORKER),
    "team_lead": ("rowan", Role.TEAM_LEAD),
    "other_caseworker": ("linden", Role.CASEWORKER),
    "coordinator": ("coordinators", Role.COORDINATOR),
    "administrator": ("liverpool-idva", Role.ADMINISTRATOR),
    "unsigned_worker": ("unsigned", Role.CASEWORKER),
}


def build() -> None:
    """Put the world into the database, as its owner."""
    with unit_of_work(Context.migration()):
        for code, name, kind, areas, force in AGENCIES:
            agency = Agency.objects.create(
                code=code, name=name, kind=kind, areas=areas, force_code=force
            )
            if code != "unsigned":
                SharingAgreement.objects.create(agency=agency, starts_on=date(2025, 1, 1))
            get_keyd().make_agency_keys(agency.pk)
        for who, (code, role) in MEMBERS.items():
            user = User.objects.create_user(f"{who}@example.org", PASSWORD, name=_name_of(who))
            Membership.objects.create(user=user, agency=Agency.objects.get(code=code), role=role)
        for code in ("rowan", "linden"):
            _offer_counselling(Agency.objects.get(code=code))
        for area, desk in DESKS.items():
            _join_programme(area, Agency.objects.get(code=desk))
        load((Path(settings.BASE_DIR) / "data" / "risk_tools" / "harbour.json").read_text())
        police = Agency.objects.get(code="merseyside-police")
        add_client(
            police,
            title="Records system",
            scopes=SCOPES,
            client_id=CLIENT_ID,
            secret=CLIENT_SECRET,
        )


def _join_programme(area: str, desk: Agency) -> None:
    Programme.objects.create(
        area_code=area,
        period=DateRange(date(2025, 1, 1), None),
        is_joined=desk.kind == AgencyKind.IDVA,
        desk=desk,
    )


def _offer_counselling(agency: Agency) -> None:
    Service.objects.create(
        agency=agency,
        name=f"Counselling at {agency.name}",
        needs=["counselling"],
        areas=agency.areas,
        minimum_age=18,
        valid_from=date(2025, 1, 1),
    )


def _name_of(who: str) -> str:
    return who.replace("_", " ").title()


class People:
    """Memberships by the names above: ``people.officer`` acts for Merseyside Police."""

    def __getattr__(self, who: str) -> Membership:
        if who not in MEMBERS:
            raise AttributeError(who)
        members = Membership.objects.select_related("agency", "user")
        return members.get(user__email=f"{who}@example.org")

    @cached_property
    def records_system(self) -> Membership:
        """The police force's own system, an API client."""
        return Membership.objects.select_related("agency").get(title="Records system")
