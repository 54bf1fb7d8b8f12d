"""What a member's own calendar may be told: when they are taken. Off until they switch it on."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from referrals.querysets import blocked_for
from tenancy.work import unit_of_work
from visits.models import CalendarFeed, Visit

PAST: Final = timedelta(days=7)
AHEAD: Final = timedelta(days=60)
SECRET_BYTES: Final = 32


def open_feed(*, by: Membership) -> str:
    """Give the member's calendar a secret to ask with; the one before ends. Shown this once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with unit_of_work(by.context):
        record("calendar.open", about=("membership", by.pk))
        CalendarFeed.objects.filter(membership=by).delete()
        CalendarFeed.objects.create(
            membership=by, checksum=checksum_of(secret), opened_at=timezone.now()
        )
    return secret


def close_feed(*, by: Membership) -> None:
    """End the feed; closing what is closed does no harm."""
    with unit_of_work(by.context):
        record("calendar.close", about=("membership", by.pk))
        CalendarFeed.objects.filter(membership=by).delete()


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed a secret belongs to; none for one that has ended, or whose member has left."""
    current = Membership.objects.current().exclude(user=None)
    feeds = CalendarFeed.objects.filter(membership__in=current)
    return feeds.select_related("membership").filter(checksum=checksum_of(secret)).first()


def taken_times(feed: CalendarFeed, *, now: datetime) -> QuerySet[Visit]:
    """The visits and calls on which the feed's member goes, from a week ago to two months ahead."""
    theirs = Visit.objects.filter(workers__membership=feed.membership_id)
    standing = theirs.exclude(status=Visit.Status.CANCELLED).exclude(
        follow_up__referral__case__in=blocked_for(feed.membership)
    )
    return standing.filter(during__overlap=(now - PAST, now + AHEAD)).order_by("during", "pk")


def checksum_of(secret: str) -> str:
    """What a feed is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()
