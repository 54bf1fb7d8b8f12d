"""The shipped table of bank holidays ends: people are told 90 days before, once, and so is CI."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- its name
from django.utils import timezone

from accounts.models import Agency, AgencyKind
from directory.working_days import days_left, table_ends_on
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.ladder import owe_rung
from visits.models import Audience, Rung

WARNED_BEFORE: Final = 90
ENDS: Final = "holidays_end"
_TOLD: Final = (AgencyKind.COORDINATOR, AgencyKind.IDVA)
_SPACE: Final = UUID("5d0e5a2c-7a0f-5c1e-9d51-3b0f3c5a9f10")


def warn_of_table_end(at: datetime) -> int:
    """Owe a waking to the managers of coordinators and desks, once for each table; how many."""
    if days_left(timezone.localdate(at)) > WARNED_BEFORE:
        return 0
    with unit_of_work(Context.system()):
        agencies = Agency.objects.filter(kind__in=_TOLD, is_active=True).values_list(
            "pk", flat=True
        )
        abouts = {uuid5(_SPACE, f"{table_ends_on()}:{agency}"): agency for agency in agencies}
        known = Rung.objects.filter(about__in=abouts, kind=ENDS).values_list("about", flat=True)
        new = {about: agency for about, agency in abouts.items() if about not in set(known)}
        for about, agency in new.items():
            owe_rung(about, ENDS, at, agency_id=agency, to=Audience.MANAGERS)
        return len(new)


@register(Tags.compatibility, deploy=True)
def table_reaches_far_enough(**_: Any) -> list[CheckMessage]:
    """What ``check --deploy`` says of the table today."""
    left = days_left(timezone.localdate())
    hint = "Ship the years that https://www.gov.uk/bank-holidays.json has by now."
    if left < 0:
        said = "The table of bank holidays has ended: the Victims' Code's clock counts weekdays."
        return [Error(said, hint=hint, id="visits.E001")]
    if left <= WARNED_BEFORE:
        said = f"The table of bank holidays ends in {left} days."
        return [Warning(said, hint=hint, id="visits.W001")]
    return []
