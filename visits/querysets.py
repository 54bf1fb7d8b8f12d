"""Which follow-ups exist for whom, and which still run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Membership
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral

if TYPE_CHECKING:
    from visits.models import FollowUp  # noqa: F401 -- named in the class's base


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups, by who asks and by what is owed."""

    def visible_to(self, member: Membership) -> FollowUpQuerySet:
        """Those the member's agency owes, of referrals the member may know of."""
        known = Referral.objects.received_by(member)
        return self.filter(agency=member.agency_id, referral__in=known)

    def running(self) -> FollowUpQuerySet:
        """Not ended, of a referral that is neither declined, withdrawn nor closed."""
        alive = [*PENDING, Status.ACCEPTED]
        return self.filter(ended_at=None, referral__status__in=alive)

    def not_handed_on(self) -> FollowUpQuerySet:
        """Those that nobody else was asked to take over."""
        handed = Referral.objects.filter(
            parent=OuterRef("referral"),
            visit_ended_at__isnull=False,
            status__in=[*PENDING, Status.ACCEPTED],
        )
        return self.filter(~Exists(handed))

    def by_deadline(self) -> FollowUpQuerySet:
        """The most urgent first."""
        return self.order_by("due_at", "id")
