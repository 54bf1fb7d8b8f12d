"""A service says whether it takes referrals, and how long people wait: its agency's managers do."""

from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.errors import NotDone
from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.models import LONGEST_WAIT_WEEKS, Service, ServiceStatus
from tenancy.work import unit_of_work

_TURNED_BY_ITS_AGENCY: Final = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)


def set_capacity(
    service: UUID, *, is_open: bool, wait_weeks: int | None, by: Membership
) -> Service:
    """Take referrals or none for now; ``wait_weeks`` is about how long people wait, if they do.

    What was sent before stays and is answered.

    :raises Service.DoesNotExist: for another agency's, or one that was taken out of the directory.
    :raises PermissionDenied: unless they answer for the agency's work.
    :raises NotDone: for weeks that cannot be.
    """
    with unit_of_work(by.context):
        record("service.capacity", about=("service", service))
        if not by.has(Permission.MANAGE):
            raise PermissionDenied
        ours = Service.objects.filter(agency=by.agency_id, status__in=_TURNED_BY_ITS_AGENCY)
        found = ours.select_for_update(of=("self",)).get(pk=service)
        if wait_weeks is not None and not 1 <= wait_weeks <= LONGEST_WAIT_WEEKS:
            raise NotDone(f"People wait from 1 to {LONGEST_WAIT_WEEKS} weeks.")
        found.status = ServiceStatus.ACTIVE if is_open else ServiceStatus.TEMPORARILY_CLOSED
        found.wait_weeks = wait_weeks if is_open else None
        found.updated_at = timezone.now()
        found.save(update_fields=["status", "wait_weeks", "updated_at"])
    return found
