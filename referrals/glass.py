"""Break-glass, read: what waits, who may look for an hour, what is to be reviewed, and the look.

Only the agency's own keys open anything: where it holds none, no glass helps. Nothing else of the
house knows of it, so that whoever looks can change nothing and carry nothing out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.reasons import BreakGlassReason
from referrals import policy
from referrals.errors import AccessEnded
from referrals.lifecycle import Side, Status
from referrals.models import BreakGlass, Referral
from referrals.models.glass import LASTS
from referrals.reading import OpenedCase, open_parts
from tenancy.work import unit_of_work

REVIEWERS: Sequence[Permission] = (Permission.MANAGE, Permission.ADMINISTER)
"""Who answers for the agency's own: its managers, and whoever sees to its people."""

BREAK_GLASS: Final = "break-glass"
"""With this the purpose of such a look begins, in the evidence and in who has seen a case."""


def may_ask(member: Membership, referral: Referral) -> bool:
    """Whether break-glass is for them: the case is their agency's, and in other hands."""
    return (
        member.has(Permission.OPEN)
        and not member.is_client
        and referral.status == Status.ACCEPTED
        and referral.side_of(member.agency_id) is Side.RECEIVING
        and not policy.may_open(member, referral)
    )


def waiting(by: Membership, *, at: datetime) -> QuerySet[BreakGlass]:
    """Requests of the agency that a second person may still answer."""
    asked = BreakGlass.objects.filter(agency=by.agency_id, answered_at=None)
    return asked.filter(asked_at__gt=at - LASTS).order_by("asked_at", "id")


def standing(referral: Referral, *, at: datetime) -> QuerySet[BreakGlass]:
    """Whoever of the asker's agency may look at the referral's case at an instant."""
    open_ = BreakGlass.objects.filter(referral=referral, is_approved=True, expires_at__gt=at)
    return open_.select_related("asked_by__user").order_by("expires_at", "id")


def to_review(by: Membership) -> QuerySet[BreakGlass]:
    """What nobody has reviewed yet, the oldest first; none of it their own."""
    done = BreakGlass.objects.filter(agency=by.agency_id, is_approved=True, reviewed_at=None)
    return done.exclude(asked_by=by).exclude(answered_by=by).order_by("review_due_at", "id")


def is_suspended(member: Membership, *, at: datetime) -> bool:
    """Whether they may ask no more: something they looked at was not reviewed in time."""
    late = BreakGlass.objects.filter(asked_by=member, is_approved=True, reviewed_at=None)
    return late.filter(review_due_at__lte=at).exists()


def open_through_glass(reference: str, *, by: Membership) -> tuple[BreakGlass, OpenedCase]:
    """The parts they were let see, as they may leave now. Nothing can be done with them.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if nobody let them, whoever they are.
    :raises AccessEnded: if the hour is over, or the agency's access is.
    """
    with unit_of_work(by.context):
        at = timezone.now()
        referral = Referral.objects.visible_to(by).get(reference=reference)
        let = BreakGlass.objects.filter(referral=referral, asked_by=by, is_approved=True)
        glass = let.order_by("-expires_at").first()
        parts = glass.compartments if glass else []
        why = f"{BREAK_GLASS}: {BreakGlassReason(glass.reason).label}" if glass else BREAK_GLASS
        record("case.open", about=("referral", reference), compartments=parts, purpose=why)
        if glass is None:
            raise PermissionDenied
        is_theirs = referral.status == Status.ACCEPTED
        if not (is_theirs and glass.expires_at and at < glass.expires_at):
            raise AccessEnded("The hour is over. Ask again if you still need to look.")
        return glass, open_parts(referral, by, glass.compartments)
