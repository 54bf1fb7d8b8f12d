"""Founding the demonstration: its agencies, services, programme, people and systems, at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from psycopg.types.range import DateRange

from accounts.actions.clients import add_client
from accounts.actions.founding import found
from accounts.models import Agency, Membership, User
from accounts.sign_in import second_factor
from audit.recording import record
from demonstration.agencies import (
    AGENCIES,
    AGREEMENTS_ENDED,
    BEGAN_ON,
    DESKS,
    JOINED,
    MARAC_ONLY,
    SERVICES,
    NewService,
)
from demonstration.risk import judge_risk
from demonstration.rota import keep_rota
from demonstration.staff import PASSWORD, STAFF, SYSTEMS
from directory.models import Service
from retention.actions.loading import load as load_retention
from rota.wall_clock import midnight
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import Programme

RETENTION: Final = Path(settings.BASE_DIR) / "data" / "retention" / "demonstration.json"
CODES: Final = [new.code for new in AGENCIES]


def is_founded() -> bool:
    """Whether this database holds the demonstration's agencies, every one."""
    with unit_of_work(Context.migration()):
        return Agency.objects.filter(code__in=CODES).count() == len(CODES)


def found_world() -> None:
    """Put everything into the database that cases need, in one transaction.

    :raises NotDone: if agencies of the same names are there already.
    """
    with unit_of_work(Context.migration()):
        agencies = {
            new.code: found(
                new, agreement_from=BEGAN_ON, agreement_to=AGREEMENTS_ENDED.get(new.code)
            )
            for new in AGENCIES
        }
        Service.objects.bulk_create(_service(new, agencies[new.agency]) for new in SERVICES)
        Programme.objects.bulk_create(_programme(agencies))
        judge_risk(agencies)
        load_retention(RETENTION.read_text(encoding="utf-8"))
        _let_people_in(agencies)
        for system in SYSTEMS:
            add_client(
                agencies[system.agency],
                title=system.title,
                scopes=system.scopes,
                client_id=system.client_id,
                secret=system.secret,
            )
        record("found_demonstration", reason=f"{len(STAFF)} people")


def _service(new: NewService, agency: Agency) -> Service:
    facts = new._asdict() | {"agency": agency, "areas": [area.code for area in new.areas]}
    return Service(**facts, valid_from=BEGAN_ON)


def _programme(agencies: dict[str, Agency]) -> Iterable[Programme]:
    joined = {area.code for area in JOINED}
    for area_code, desk in DESKS.items():
        yield Programme(
            area_code=area_code,
            period=DateRange(BEGAN_ON, None),
            is_joined=area_code in joined,
            takes_direct=area_code not in MARAC_ONLY,
            desk=agencies[desk],
        )


def _let_people_in(agencies: dict[str, Agency]) -> None:
    """Everybody at once: one passphrase is hashed once, by the hasher of the house."""
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=new.email, name=new.name, password=password) for new in STAFF
    )
    members = Membership.objects.bulk_create(
        Membership(user=user, agency=agencies[new.agency], role=new.role, title=new.title)
        for new, user in zip(STAFF, users, strict=True)
    )
    ours = Membership.objects.filter(pk__in=[member.pk for member in members])
    ours.update(started_at=midnight(BEGAN_ON))  # they took what the cases of earlier say they took
    keep_rota(members, timezone.now())
    Authenticator.objects.bulk_create(
        Authenticator(
            user=user,
            type=Authenticator.Type.TOTP,
            data={"secret": second_factor.seal(user.pk, new.totp_secret)},
        )
        for new, user in zip(STAFF, users, strict=True)
    )
