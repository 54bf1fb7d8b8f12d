"""Which services may be asked: by need, area and age, on a day; and, for one, why not.

`matching` finds them all in one query; `why_not` says in sentences what is against one of them.
The two agree: a service is found exactly when nothing is against it.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Agency
from directory.ages import AgeBand
from directory.areas import AREAS
from directory.harm import Need
from directory.models import Service, ServiceStatus


def matching(*, need: str, area_code: str, age_band: str, on: date) -> QuerySet[Service]:
    """The services that may be asked, in order of name. Raises ValueError for an unknown code."""
    return narrowed(open_on(on), need=Need(need), area_code=area_code, age_band=AgeBand(age_band))


def open_on(on: date) -> QuerySet[Service]:
    """Every service that takes referrals that day, whose agency shares that day, by name."""
    return (
        Service.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=on),
            valid_from__lte=on,
            status=ServiceStatus.ACTIVE,
            accepts_online=True,
            agency__in=Agency.objects.sharing(on),
        )
        .select_related("agency")
        .order_by("name", "id")
    )


def narrowed(
    services: QuerySet[Service], *, need: str = "", area_code: str = "", age_band: str = ""
) -> QuerySet[Service]:
    """Those of the services that fit what is given; what is empty narrows nothing.

    An age band fits a service that takes anybody in it: the exact age is sealed, and the service
    judges it when it answers. An age not known is no reason to offer nobody help.
    """
    if need:
        services = services.filter(needs__contains=[need])
    if area_code:
        services = services.filter(areas__contains=[area_code])
    if age_band:
        band = AgeBand(age_band)
        old_enough = Q(maximum_age=None) | Q(maximum_age__gte=band.youngest)
        services = services.filter(old_enough, minimum_age__lte=band.oldest)
    return services


def why_not(service: Service, *, need: str, area_code: str, age_band: str, on: date) -> list[str]:
    """All that is against asking this service, in sentences fit to show; nothing if it matches."""
    sharing = Agency.objects.sharing(on).filter(pk=service.agency_id).exists()
    return [
        *outside(service, need=need, area_code=area_code, age_band=age_band),
        *closed(service, on),
        *([] if sharing else [f"{service.agency} has no sharing agreement in force."]),
    ]


def outside(service: Service, *, need: str, area_code: str, age_band: str) -> Iterator[str]:
    """What the service does not cover. Pure."""
    band = AgeBand(age_band)
    if Need(need) not in service.needs:
        yield f"{service} does not offer {_mid_sentence(Need(need).label)}."
    if area_code not in service.areas:
        place = AREAS[area_code].name if area_code in AREAS else "that area"
        yield f"{service} does not cover {place}."
    too_young = band.oldest < service.minimum_age
    too_old = service.maximum_age is not None and band.youngest > service.maximum_age
    if too_young or too_old:
        yield f"{service} only takes people {ages_in_words(service)}."


def closed(service: Service, on: date) -> Iterator[str]:
    """Why the service cannot be asked that day, whoever the person is. Pure."""
    if service.status == ServiceStatus.TEMPORARILY_CLOSED:
        yield f"{service} is closed for now."
    if service.status == ServiceStatus.INACTIVE:
        yield f"{service} no longer takes referrals."
    if not service.accepts_online:
        yield f"{service} does not take referrals here. Contact them directly."
    if on < service.valid_from:
        yield f"{service} does not start until {_day(service.valid_from)}."
    if service.valid_to is not None and on > service.valid_to:
        yield f"{service} ended on {_day(service.valid_to)}."


def ages_in_words(service: Service) -> str:
    """The ages taken: `aged 13 to 17`, `aged 18 or over`, `of any age`."""
    if service.maximum_age is not None:
        return f"aged {service.minimum_age} to {service.maximum_age}"
    return f"aged {service.minimum_age} or over" if service.minimum_age else "of any age"


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _mid_sentence(label: str) -> str:
    return label[0].lower() + label[1:]
