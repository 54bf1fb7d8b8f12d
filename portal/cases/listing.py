"""My cases: what is assigned to the member. No names: those are read one at a time, on record."""

from typing import Any

from accounts.roles import Permission
from audit.recording import record
from portal import words
from portal.notices.told import told
from portal.pages import Page
from portal.paging import cut
from referrals.lifecycle import Status
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Referral


class MyCases(Page):
    """Accepted referrals that are mine, the latest first."""

    needs = Permission.OPEN
    template_name = "portal/cases/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.my_cases")
        mine = Referral.objects.received_by(self.member).filter(
            status=Status.ACCEPTED, assigned_to=self.member
        )
        related = mine.select_related("follow_up", "referring_agency")
        rows = knowing_access(related, self.member)
        page = cut(rows, self.request, order=("-answered_at", "-id"), reference=_reference)
        shown = without_what_is_lost(page.rows, self.member)
        return {
            "rows": [(each, words.area(each), words.needs(each), _due(each)) for each in shown],
            "next_url": page.next_url,
            "told": told(self.member),
            **super().get_context_data(**kwargs),
        }


def _due(referral: Referral) -> Any:
    follow_up = getattr(referral, "follow_up", None)
    if follow_up is None or follow_up.contacted_at or follow_up.ended_at:
        return None
    return follow_up.due_at


def _reference(referral: Referral) -> str:
    return referral.reference
