"""Agencies: added with their keys and agreement, or suspended."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from accounts.actions._checking import checked
from accounts.errors import NotDone
from accounts.models import Agency, AgencyKind, SharingAgreement
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work
from vault.keyd import get_keyd

CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
AREA: Final = re.compile(r"[ENSW]\d{8}")


@dataclass(frozen=True)
class NewAgency:
    """What an agency is added with."""

    code: str
    name: str
    kind: AgencyKind
    areas: tuple[str, ...] = ()
    force_code: str = ""
    phone: str = ""


def found(new: NewAgency, *, agreement_from: date, agreement_to: date | None = None) -> Agency:
    """Add an agency: from now it can be sent to, and can open what it is sent.

    :raises NotDone: if its code, name, areas or dates cannot stand.
    """
    with unit_of_work(Context.migration()):
        _refuse_nonsense(new)
        agency = checked(Agency(**asdict(new) | {"areas": list(new.areas)}))
        agency.save()
        get_keyd().make_agency_keys(agency.pk)
        record("found_agency", about=("agency", agency.code), also=[agency.pk])
        agree(agency, starts_on=agreement_from, ends_on=agreement_to)
    return agency


def agree(agency: Agency, *, starts_on: date, ends_on: date | None = None) -> SharingAgreement:
    """Record the sharing agreement under which an agency may be sent to, and send.

    :raises NotDone: if it ends before it starts, or another covers the same days.
    """
    with unit_of_work(Context.migration()):
        if ends_on is not None and ends_on < starts_on:
            raise NotDone("The agreement would end before it starts.")
        if _overlapping(agency, starts_on, ends_on):
            raise NotDone(f"{agency.name} already has an agreement for some of these days.")
        agreement = SharingAgreement.objects.create(
            agency=agency, starts_on=starts_on, ends_on=ends_on
        )
        record("sign_agreement", about=("agency", agency.code), also=[agency.pk])
    return agreement


def suspend(agency: Agency) -> None:
    """Stop an agency at once: its people are signed out and its systems refused.

    :raises NotDone: if it is suspended already.
    """
    with unit_of_work(Context.migration()):
        if not Agency.objects.filter(pk=agency.pk, is_active=True).update(is_active=False):
            raise NotDone(f"{agency.name} is suspended already.")
        record("suspend_agency", about=("agency", agency.code), also=[agency.pk])


def resume(agency: Agency) -> None:
    """Let a suspended agency work again.

    :raises NotDone: if it is not suspended.
    """
    with unit_of_work(Context.migration()):
        if not Agency.objects.filter(pk=agency.pk, is_active=False).update(is_active=True):
            raise NotDone(f"{agency.name} is not suspended.")
        record("resume_agency", about=("agency", agency.code), also=[agency.pk])


def agency_called(code: str) -> Agency:
    """The agency with a code.

    :raises NotDone: if there is none.
    """
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise NotDone(f"There is no agency with the code {code}.")
    return agency


def _refuse_nonsense(new: NewAgency) -> None:
    if not CODE.fullmatch(new.code):
        raise NotDone("A code is small letters, digits and hyphens.")
    if not new.name.strip():
        raise NotDone("Say what the agency is called.")
    if wrong := [area for area in new.areas if not AREA.fullmatch(area)]:
        raise NotDone(f"{wrong[0]} is not the code of a local authority, such as E08000012.")
    for field, value in (("code", new.code), ("name", new.name)):
        if Agency.objects.filter(**{field: value}).exists():
            raise NotDone(f"There is already an agency with the {field} {value}.")


def _overlapping(agency: Agency, starts_on: date, ends_on: date | None) -> bool:
    others = SharingAgreement.objects.filter(agency=agency).exclude(ends_on__lt=starts_on)
    return (others if ends_on is None else others.filter(starts_on__lte=ends_on)).exists()
