"""Which referrals exist for whom. The doors have no other way to fetch one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.roles import Permission, Role
from referrals.lifecycle import PENDING, Status

if TYPE_CHECKING:
    from referrals.models import Referral  # noqa: F401 -- named in the class's base


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, by who asks and by what they wait for."""

    def visible_to(self, member: Membership) -> ReferralQuerySet:
        """Sent to or by the member's agency. A draft is its author's; officers see their own."""
        if not {Permission.REFER, Permission.DECIDE} & member.permissions:
            return self.none()
        mine = Q(sent_by=member)
        ours = Q(referring_agency=member.agency_id) & ~Q(status__in=[Status.DRAFT, Status.EXPIRED])
        to_us = Q(receiving_agency=member.agency_id) & ~Q(status__in=[Status.DRAFT, Status.EXPIRED])
        if member.role == Role.OFFICER:
            return self.filter(mine)
        return self.filter(mine | ours | to_us)

    def received_by(self, member: Membership) -> ReferralQuerySet:
        """Visible referrals the member's agency is to answer or has answered."""
        return self.visible_to(member).filter(receiving_agency=member.agency_id)

    def made_by(self, member: Membership) -> ReferralQuerySet:
        """Visible referrals the member's agency made."""
        return self.visible_to(member).filter(referring_agency=member.agency_id)

    def pending(self) -> ReferralQuerySet:
        """Sent, not answered."""
        return self.filter(status__in=PENDING)

    def abandoned(self, *, before: datetime) -> ReferralQuerySet:
        """Drafts begun before an instant."""
        return self.filter(status=Status.DRAFT, created_at__lt=before)
