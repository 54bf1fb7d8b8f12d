"""Which referrals exist for whom. The doors have no other way to fetch one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.roles import Permission, Role
from referrals.lifecycle import PENDING, Status

if TYPE_CHECKING:
    from referrals.models import Referral  # noqa: F401 -- named in the class's base


def blocked_for(member: Membership) -> models.QuerySet[Any]:
    """The cases that do not exist for a member: theirs is a conflict of interest."""
    return member.conflict_blocks.filter(lifted_at=None).values("case")


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, by who asks and by what they wait for."""

    def visible_to(self, member: Membership) -> ReferralQuerySet:
        """Sent to or by the member's agency. A draft is its author's; officers see their own.

        What a member must not know of for a conflict of interest is not among them, nor what their
        agency disposed of.
        """
        if not {Permission.REFER, Permission.DECIDE} & member.permissions:
            return self.none()
        begun = ~Q(status__in=[Status.DRAFT, Status.EXPIRED])
        made = Q(referring_agency=member.agency_id, forgotten_by_sender=False)
        mine, ours = Q(sent_by=member) & made, made & begun
        to_us = Q(receiving_agency=member.agency_id, forgotten_by_receiver=False) & begun
        theirs = mine if member.role == Role.OFFICER else mine | ours | to_us
        return self.filter(theirs).exclude(case__in=blocked_for(member))

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
