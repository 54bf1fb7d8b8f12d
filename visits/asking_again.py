"""Ways to reach her that nobody may rely on any more until somebody has asked her again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from directory.contact import AskAgain
from notices.clock import Clock
from referrals.models import Case, ContactRule
from referrals.safe_contact import CONFIRMATION_LASTS
from referrals.ways import ask_everything_again, mark_ask_again
from tenancy.context import Context
from tenancy.work import current_work, unit_of_work
from visits.ladder import owe_rung
from visits.models import Audience, FollowUp

ASK_AGAIN: Final = "ask_again"
BITE: Final = 100
BUDGET: Final = timedelta(seconds=25)


def ask_again(case_id: UUID, at: datetime, why: str = AskAgain.CIRCUMSTANCES) -> int:
    """After a change of circumstances no way of reaching her is relied on; how many were.

    Whose the case is is woken to ask; who referred her cannot wake anybody there. Where everything
    is to be asked again already nobody is woken twice.
    """
    marked = ask_everything_again(case_id, why)
    work = current_work()
    asker = work.context.agency_id if work else None
    if marked and asker:
        _wake(case_id, at, FollowUp.objects.filter(agency=asker))
    return marked


def sweep(at: datetime) -> int:
    """Hold the ways that nobody has confirmed for 14 days or that have expired; how many."""
    clock, marked = Clock(at), 0
    while clock.elapsed < BUDGET:
        with unit_of_work(Context.system()):
            done = _marked(clock.now)
        if not done:
            break
        marked += done
    return marked


def _marked(at: datetime) -> int:
    stale = Q(confirmed_at__lte=at - CONFIRMATION_LASTS) | Q(expires_at__lte=at)
    relied_on = ContactRule.objects.filter(allowed=True, ask_again="", case__status="open")
    cases = Case.objects.filter(pk__in=relied_on.filter(stale).values("case"))
    taken = cases.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BITE]
    return sum(_marked_in(case.pk, at) for case in list(taken))


def _marked_in(case_id: UUID, at: datetime) -> int:
    rules = ContactRule.objects.filter(case=case_id)
    expired = mark_ask_again(rules.filter(expires_at__lte=at), AskAgain.EXPIRED, at=at)
    unconfirmed = rules.filter(confirmed_at__lte=at - CONFIRMATION_LASTS)
    marked = expired + mark_ask_again(unconfirmed, AskAgain.NOT_CONFIRMED, at=at)
    if marked:
        _wake(case_id, at, FollowUp.objects.all())
    return marked


def _wake(case_id: UUID, at: datetime, owed: QuerySet[FollowUp]) -> None:
    """Whose it is, once; before anybody took it the desk reads it off the preview."""
    follow_ups = owed.filter(referral__case=case_id).select_related("referral")
    for follow_up in follow_ups.filter(referral__status="accepted"):
        owe_rung(
            case_id,
            ASK_AGAIN,
            at,
            agency_id=follow_up.agency_id,
            reference=follow_up.referral.reference,
            to=Audience.WHOSE,
        )
