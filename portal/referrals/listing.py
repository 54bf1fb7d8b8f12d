"""My referrals: what is unfinished, what was sent, and what a supervisor has to approve."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AgencyKind, Membership
from accounts.roles import Permission
from audit.recording import record
from portal import words
from portal.notices.told import told
from portal.pages import Page
from portal.paging import cut
from referrals.actions.drafting import DRAFT_LASTS
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral

_NOT_SENT = (Status.DRAFT, Status.EXPIRED)


class MyReferrals(Page):
    """What became of what was sent; officers see their own, others their agency's."""

    needs = Permission.REFER
    template_name = "portal/referrals/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.my_referrals")
        made = Referral.objects.made_by(self.member)
        sent = made.exclude(status__in=_NOT_SENT).select_related("receiving_agency")
        page = cut(sent, self.request, order=("-sent_at", "-id"), reference=_reference)
        return {
            "drafts": [_draft(referral) for referral in _drafts(made)],
            "rows": [(referral, words.standing(referral)) for referral in page.rows],
            "next_url": page.next_url,
            "to_approve": to_approve(self.member),
            "may_begin": may_begin(self.member),
            "told": told(self.member),
            **super().get_context_data(**kwargs),
        }


def may_begin(member: Membership) -> bool:
    """Whether this door begins referrals for the member: those after a police visit."""
    return member.has(Permission.REFER) and member.agency.kind == AgencyKind.POLICE


def to_approve(member: Membership) -> list[Referral]:
    """What was shared without agreement and closes by itself unless the member stands behind it."""
    if not member.has(Permission.APPROVE):
        return []
    alive = Referral.objects.made_by(member).filter(status__in=[*PENDING, Status.ACCEPTED])
    open_lines = alive.filter(
        case__consents__taken_by_agency=member.agency_id,
        case__consents__approve_by__gt=timezone.now(),
        case__consents__approved_by=None,
    ).exclude(case__consents__approved_by__isnull=False)
    return list(open_lines.exclude(sent_by=member).order_by("sent_at", "id").distinct()[:20])


def _drafts(made: QuerySet[Referral]) -> QuerySet[Referral]:
    since = timezone.now() - DRAFT_LASTS
    return made.filter(status=Status.DRAFT, created_at__gt=since).order_by("created_at", "id")


def _draft(referral: Referral) -> dict[str, Any]:
    return {"referral": referral, "deleted_at": referral.created_at + DRAFT_LASTS}


def _reference(referral: Referral) -> str:
    return referral.reference
