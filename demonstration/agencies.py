"""Who takes part, and what help they offer: real structure, invented services.

Forces, councils and areas are the region's own. The services are nobody's: their names are made
up, their numbers are from the ranges Ofcom keeps for drama.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from accounts.actions.founding import NewAgency
from accounts.models import AgencyKind
from directory.areas import HALTON, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL, Area
from directory.harm import Need
from directory.models import ServiceStatus

BEGAN_ON: Final = date(2025, 1, 1)
"""When the agreements were signed and the programme began."""

MERSEYSIDE: Final = (KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL)
REGION: Final = (*MERSEYSIDE, HALTON)
WEST: Final = (LIVERPOOL, SEFTON, WIRRAL)
EAST: Final = (KNOWSLEY, ST_HELENS, HALTON)
JOINED: Final = (LIVERPOOL, WIRRAL)
"""The areas in the 24-hour programme; the others answer by their ordinary route."""

MARAC_ONLY: Final = frozenset({ST_HELENS.code})
"""The areas whose IDVAs take no referral directly."""

_K, _N = AgencyKind, Need


def slug_of(area: Area) -> str:
    """An area as part of an agency's code: ``st-helens``."""
    return area.name.lower().replace(" ", "-")


def _agency(code: str, name: str, kind: AgencyKind, areas: Sequence[Area], line: int) -> NewAgency:
    """An agency on one of the thousand drama numbers of Liverpool."""
    codes = tuple(area.code for area in areas)
    return NewAgency(code, name, kind, codes, phone=f"0151 496 {line:04}")


AGENCIES: Final = (
    NewAgency(
        "merseyside-police",
        "Merseyside Police",
        _K.POLICE,
        tuple(area.code for area in MERSEYSIDE),
        force_code="05",
        phone="0151 496 0001",
    ),
    _agency("liverpool-idva", "Liverpool IDVA Service", _K.IDVA, [LIVERPOOL], 100),
    _agency("wirral-idva", "Wirral IDVA Service", _K.IDVA, [WIRRAL], 101),
    _agency("seawall", "Seawall Sexual Violence Aftercare", _K.SERVICE, WEST, 200),
    _agency("sabeel", "Sabeel Harmful Practices Service", _K.SERVICE, REGION, 201),
    _agency("coordinators", "Programme coordinators", _K.COORDINATOR, REGION, 10),
    _agency("riverside-hub", "Riverside Victim Hub", _K.HUB, REGION, 20),
    NewAgency(
        "cheshire-police",
        "Cheshire Constabulary",
        _K.POLICE,
        (HALTON.code,),
        force_code="07",
        phone="0151 496 0002",
    ),
    _agency("knowsley-idva", "Knowsley IDVA Service", _K.IDVA, [KNOWSLEY], 102),
    _agency("sefton-idva", "Sefton IDVA Service", _K.IDVA, [SEFTON], 103),
    _agency("st-helens-idva", "St Helens IDVA Service", _K.IDVA, [ST_HELENS], 104),
    _agency("halton-idva", "Halton IDVA Service", _K.IDVA, [HALTON], 105),
    _agency("heronbrook", "Heronbrook Sexual Violence Aftercare", _K.SERVICE, EAST, 202),
    _agency("lanternlight", "Lanternlight Sex Worker Support", _K.SERVICE, MERSEYSIDE, 203),
    _agency("tideway", "Tideway Young People", _K.SERVICE, REGION, 204),
    *(
        _agency(f"{slug_of(area)}-council", f"{area.name} Council", _K.COUNCIL, [area], 300 + line)
        for line, area in enumerate(REGION)
    ),
    _agency("estuary-health", "Estuary Hospitals Safeguarding", _K.HEALTH, REGION, 400),
    _agency("gorsedale", "Gorsedale Money Advice", _K.SERVICE, MERSEYSIDE, 205),
    _agency("strategic-group", "Sexual Violence Strategic Group", _K.STRATEGIC, REGION, 30),
)

AGREEMENTS_ENDED: Final = {"gorsedale": date(2026, 3, 31)}
"""Nothing can be sent to these any more."""

DESKS: Final = {
    area.code: "coordinators" if area is ST_HELENS else f"{slug_of(area)}-idva" for area in REGION
}
"""Whom the police's referrals reach. St Helens' IDVAs take none but through MARAC."""


class NewService(NamedTuple):
    """Help that an agency of the demonstration offers."""

    agency: str
    name: str
    summary: str
    needs: Sequence[Need]
    areas: Sequence[Area]
    minimum_age: int = 18
    maximum_age: int | None = None
    languages: Sequence[str] = ()
    answer_within_hours: int = 48
    status: ServiceStatus = ServiceStatus.ACTIVE
    valid_to: date | None = None


SERVICES: Final = (
    NewService(
        "seawall",
        "Counselling after sexual violence",
        "Weekly counselling, whether or not it was reported, however long ago.",
        [_N.COUNSELLING],
        WEST,
        minimum_age=13,
        answer_within_hours=72,
    ),
    NewService(
        "seawall",
        "ISVA service, west",
        "An adviser through the police investigation and court.",
        [_N.ISVA, _N.COURT],
        WEST,
        minimum_age=13,
        answer_within_hours=24,
    ),
    NewService(
        "seawall",
        "Family room",
        "Support for parents and carers after sexual violence. Being refurbished.",
        [_N.CHILDREN],
        [LIVERPOOL],
        status=ServiceStatus.TEMPORARILY_CLOSED,
    ),
    NewService(
        "heronbrook",
        "Counselling and ISVA, east",
        "Aftercare for anybody over 13, reported or not.",
        [_N.COUNSELLING, _N.ISVA, _N.COURT],
        EAST,
        minimum_age=13,
    ),
    NewService(
        "sabeel",
        "Harmful practices advocacy",
        "Forced marriage, so-called honour-based abuse and FGM; advocates who speak her language.",
        [_N.HARMFUL_PRACTICES, _N.COUNSELLING],
        REGION,
        minimum_age=13,
        languages=["ar", "ku", "ps", "so", "ur"],
        answer_within_hours=24,
    ),
    NewService(
        "lanternlight",
        "Outreach for sex workers",
        "Street and online; a police liaison officer of their own choosing, or none.",
        [_N.SEX_WORKER_SUPPORT, _N.HEALTH, _N.DRUGS_AND_ALCOHOL],
        MERSEYSIDE,
        languages=["ro", "zh"],
    ),
    NewService(
        "lanternlight",
        "Drop-in at the old customs house",
        "Ended with its grant.",
        [_N.SEX_WORKER_SUPPORT],
        [LIVERPOOL],
        valid_to=date(2026, 3, 31),
    ),
    NewService(
        "tideway",
        "Young people's advisers",
        "One-to-one and group work on safety and relationships.",
        [_N.YOUNG_PEOPLE, _N.COUNSELLING, _N.WORK_AND_LEARNING],
        REGION,
        minimum_age=11,
        maximum_age=24,
        languages=["pl"],
    ),
    NewService(
        "riverside-hub",
        "Needs assessment and court support",
        "For any victim of crime, at any time after it.",
        [_N.COURT, _N.MENTAL_HEALTH, _N.MONEY],
        REGION,
        languages=["cy", "pl", "uk"],
        answer_within_hours=24,
    ),
    NewService(
        "st-helens-idva",
        "IDVA after MARAC",
        "Takes on whom the conference has heard.",
        [_N.IDVA, _N.LEGAL],
        [ST_HELENS],
        minimum_age=16,
        answer_within_hours=24,
    ),
    NewService(
        "estuary-health",
        "Safeguarding nurses",
        "Health checks in a safe place, recorded nowhere at home.",
        [_N.HEALTH, _N.MENTAL_HEALTH],
        REGION,
        minimum_age=0,
    ),
    *(
        NewService(
            f"{slug_of(area)}-council",
            "Safe accommodation and housing",
            "Refuge places and rehousing, locks changed the same day, work with children.",
            [_N.SAFE_ACCOMMODATION, _N.HOUSING, _N.HOME_SECURITY, _N.CHILDREN],
            [area],
            minimum_age=16,
            answer_within_hours=24,
        )
        for area in REGION
    ),
    NewService(
        "gorsedale",
        "Money advice",
        "Debts run up in her name, benefits, a bank account of her own.",
        [_N.MONEY],
        MERSEYSIDE,
    ),
)
