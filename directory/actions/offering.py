"""What help an agency offers: added to the directory, closed, and opened again."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError

from accounts.errors import NotDone
from accounts.models import Agency
from audit.recording import record
from directory.ages import OLDEST
from directory.areas import AREAS
from directory.harm import Need
from directory.models import LONGEST_ANSWER_HOURS, Service, ServiceStatus
from tenancy.context import Context
from tenancy.work import unit_of_work

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, kw_only=True)
class NewService:
    """What a service is added with. ``languages`` are those spoken besides English."""

    name: str
    needs: tuple[str, ...]
    areas: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    summary: str = ""
    minimum_age: int = 0
    maximum_age: int | None = None
    languages: tuple[str, ...] = ()
    answer_within_hours: int = 48


def offer(agency: Agency, new: NewService) -> Service:
    """Add a service to the directory: everybody who refers may see it from its first day.

    :raises NotDone: if its name, needs, areas, ages, dates or hours cannot stand.
    """
    with unit_of_work(Context.migration()):
        _refuse_unknown(new)
        _refuse_disorder(new)
        if Service.objects.filter(agency=agency, name=new.name).exists():
            raise NotDone(f"{agency.name} already has a service called {new.name}.")
        lists = {name: list(getattr(new, name)) for name in ("needs", "areas", "languages")}
        service = _checked(Service(agency=agency, **asdict(new) | lists))
        service.save(force_insert=True)
        record("offer_service", about=("service", service.pk), also=[agency.pk])
    return service


def close(agency: Agency, name: str) -> Service:
    """Take a service out of the directory at once. What was sent to it stays.

    :raises NotDone: if there is none, or it is closed already.
    """
    return _turn(agency, name, ServiceStatus.INACTIVE, "close_service")


def reopen(agency: Agency, name: str) -> Service:
    """Put a closed service back into the directory, with the dates it had.

    :raises NotDone: if there is none, or it is open already.
    """
    return _turn(agency, name, ServiceStatus.ACTIVE, "reopen_service")


def _turn(agency: Agency, name: str, status: ServiceStatus, action: str) -> Service:
    with unit_of_work(Context.migration()):
        service = Service.objects.select_for_update().filter(agency=agency, name=name).first()
        if service is None:
            raise NotDone(f"{agency.name} has no service called {name}.")
        if service.status == status:
            raise NotDone(f"{name} is {status.label.lower()} already.")
        service.status = status
        service.save(update_fields=["status", "updated_at"])
        record(action, about=("service", service.pk), also=[agency.pk])
    return service


def _refuse_unknown(new: NewService) -> None:
    if not new.name.strip():
        raise NotDone("Say what the service is called.")
    known = (("need", new.needs, list(Need.values)), ("area", new.areas, list(AREAS)))
    for what, given, allowed in known:
        if not given:
            raise NotDone(f"Name at least one {what}.")
        if wrong := [value for value in given if value not in allowed]:
            raise NotDone(f"{wrong[0]} is not a known {what}: {', '.join(allowed)}.")
    if wrong := [value for value in new.languages if not LANGUAGE.fullmatch(value)]:
        raise NotDone(f"{wrong[0]} is not the code of a language, such as pl or pa-Guru.")


def _refuse_disorder(new: NewService) -> None:
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise NotDone("The service would end before it starts.")
    oldest = OLDEST if new.maximum_age is None else new.maximum_age
    if not 0 <= new.minimum_age <= min(oldest, OLDEST):
        raise NotDone("The ages do not go from a lower to a higher one.")
    if not 1 <= new.answer_within_hours <= LONGEST_ANSWER_HOURS:
        raise NotDone(f"An answer comes within 1 to {LONGEST_ANSWER_HOURS} hours.")


def _checked(service: Service) -> Service:
    try:
        service.full_clean(validate_constraints=False)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise NotDone(f"{field.replace('_', ' ').capitalize()}: {sentences[0]}") from None
    return service
