"""What the clock does here: copy the ledger out, and have holds looked at again."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from notices.outbox import owe
from referrals.conflicts import told_about
from retention.ledger import copy_out
from retention.models import Hold
from tenancy.context import Context
from tenancy.work import unit_of_work


def sweep(at: datetime) -> int:
    """Do what is due; how many lines and holds that was."""
    done = 0
    while settings.ERASURE_LEDGER:
        with unit_of_work(Context.system()):
            copied = copy_out(settings.ERASURE_LEDGER)
        done += copied
        if not copied:
            break
    with unit_of_work(Context.system()):
        return done + remind_of_holds(at=at)


def remind_of_holds(*, at: datetime) -> int:
    """Tell whoever answers for the agency's work, once, that a hold is to be looked at again."""
    due = Hold.objects.filter(
        lifted_at=None, reminded_at=None, review_on__lte=timezone.localdate(at)
    )
    found = list(due.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:100])
    for hold in found:
        managers = Membership.objects.holding(Permission.MANAGE).filter(agency=hold.agency_id)
        told = told_about(managers.exclude(user=None), hold.case_id, hold.agency_id)
        owe(told, kind="retention.review", reference="", dedupe=f"{hold.pk}:review")
    Hold.objects.filter(pk__in=[each.pk for each in found]).update(reminded_at=at)
    return len(found)
