"""What the clock does here: say that a request is due in a week, and again that it is late."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from disclosure.models import DisclosureRequest
from notices.outbox import owe
from referrals.conflicts import told_about
from tenancy.context import Context
from tenancy.work import unit_of_work

BEFORE: Final = timedelta(days=7)


def sweep(at: datetime) -> int:
    """Tell whoever looks over what goes out, once a week before and once when it is late."""
    today = timezone.localdate(at)
    with unit_of_work(Context.system()):
        waiting = DisclosureRequest.objects.filter(given_at=None, refused_at=None)
        soon = Q(due_on__lte=today + BEFORE, reminded_on=None)
        late = Q(due_on__lt=today) & (Q(reminded_on=None) | Q(reminded_on__lte=F("due_on")))
        due = waiting.filter(soon | late).select_for_update(of=("self",), skip_locked=True)
        found = list(due.order_by("due_on", "pk")[:100])
        for asked in found:
            _tell(asked, "late" if asked.due_on < today else "due")
        ids = [asked.pk for asked in found]
        DisclosureRequest.objects.filter(pk__in=ids).update(reminded_on=today)
        return len(found)


def _tell(asked: DisclosureRequest, which: str) -> None:
    managers = Membership.objects.holding(Permission.MANAGE).filter(agency=asked.agency_id)
    told = told_about(managers.exclude(user=None), asked.case_id, asked.agency_id)
    owe(told, kind=f"disclosure.{which}", reference="", dedupe=f"{asked.pk}:{which}")
