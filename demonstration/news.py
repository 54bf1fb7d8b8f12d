"""What the last hours' rungs have told the desks, so that the first look finds news."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import Membership
from accounts.roles import Permission
from notices.models import AlarmNumber, Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from visits.models import FollowUp, Rung

RECENT: Final = timedelta(hours=12)
NUMBER: Final = "+447700900999"  # of the range that is kept for films


def add_news(now: datetime) -> None:
    """Owe the managers what fired of late about what still runs, and a buddy what fired about whom
    they wait for, told already; and a number that waits for somebody's yes."""
    with unit_of_work(Context.migration()):
        running = FollowUp.objects.running().filter(contacted_at=None)
        fired = Rung.objects.filter(follow_up__in=running, told__gt=0, fired_at__gt=now - RECENT)
        managers = list(Membership.objects.holding(Permission.MANAGE).exclude(user=None))
        notices = [
            _notice(rung, manager)
            for rung in fired
            for manager in managers
            if manager.agency_id == rung.agency_id
        ]
        buddies = Rung.objects.filter(
            person__isnull=False, told__gt=0, settled_at=None, fired_at__gt=now - RECENT
        ).select_related("person")
        notices += [_notice(rung, rung.person) for rung in buddies if rung.person]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        for manager in managers[:1]:
            AlarmNumber.objects.get_or_create(
                membership=manager,
                defaults={"agency_id": manager.agency_id, "number": NUMBER, "set_at": now},
            )


def _notice(rung: Rung, to: Membership) -> Notice:
    return Notice(
        recipient=to,
        agency_id=to.agency_id,
        kind=f"follow_up.{rung.kind}" if rung.follow_up_id else rung.kind,
        reference=rung.reference,
        dedupe=f"{rung.pk}:{to.pk}",
        due_at=rung.due_at,
        created_at=rung.fired_at or rung.due_at,
        sent_at=rung.fired_at,
    )
