"""Which referrals something has happened to since an instant, for both doors that are asked so."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from accounts.models import Membership
from api.serializers import Instant
from events.models import KEPT_FOR, Event
from referrals.models import Referral


def changed_since(
    found: QuerySet[Referral], said: str, *, to: Membership, name: str
) -> QuerySet[Referral]:
    """Those to which something has happened from an instant on; ``name`` is the parameter's.

    :raises ValidationError: for no instant, or one from which nothing is known any more.
    """
    since: datetime = Instant().run_validation(said)
    if since < timezone.now() - KEPT_FOR:
        raise ValidationError({name: ["Give an instant within the last 90 days."]})
    happened = Event.objects.happened_since(since, to.agency_id)
    return found.filter(reference__in=happened.values("reference"))
