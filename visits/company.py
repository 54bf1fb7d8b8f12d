"""Who of an agency may go, and when: what the rota says of a booking. An agency that keeps no rota
is not held to one."""

from collections.abc import Iterable
from datetime import timedelta

from accounts.models import Membership
from rota.duty import abilities, keeps_rota, shifts
from visits.fitting import Span


def may_go_alone(worker: Membership) -> bool:
    """Whether somebody may visit without a second worker."""
    if not keeps_rota(worker.agency_id):
        return True
    known = abilities(worker.agency_id).get(worker.pk)
    return known is not None and known.may_visit_alone


def off_shift(workers: Iterable[Membership], span: Span, agency_id: int) -> list[Membership]:
    """Those who do not work at every moment of it."""
    if not keeps_rota(agency_id):
        return []
    worked: dict[int, timedelta] = {}
    for shift in shifts(agency_id, *span):
        length = shift.ends - shift.starts
        worked[shift.membership_id] = worked.get(shift.membership_id, timedelta()) + length
    whole = span.ends - span.starts
    return [each for each in workers if worked.get(each.pk, timedelta()) < whole]
