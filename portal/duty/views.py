"""The duty desk, its refresh, and taking a card."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import name_shown, record
from portal.clocks import urgency
from portal.components import Appointment
from portal.contact.ladder import next_of
from portal.duty import desk
from portal.notices.told import told
from portal.pages import MemberView, Page, see_other
from portal.paging import cut
from portal.visits.week import appointment, visits_of_day
from referrals.errors import MoveNotAllowed, ReferralError
from referrals.lifecycle import PENDING
from referrals.models import Referral
from visits import actions as visiting
from visits.models import FollowUp


class DutyQueue(Page):
    """The cards alone, for the page to fetch again; it does not keep a session alive."""

    needs = Permission.VISIT
    template_name = "portal/duty/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.duty_desk")
        now, asked = timezone.now(), desk.asked_for(self.request.GET)
        rows = desk.narrowed(desk.waiting(self.member), asked, self.member, now)
        first = [] if _after(self.request) else urgency.urgent(rows)
        name_shown(_reference(each) for each in first)
        page = cut(
            urgency.others(rows),
            self.request,
            order=("due_at", "id"),
            reference=_reference,
            lookup="referral__reference",
        )
        next_steps = next_of([*first, *page.rows], now)
        return {
            "jobs": [
                desk.card(each, self.member, next_steps.get(each.pk, ""))
                for each in (*first, *page.rows)
            ],
            "next_url": page.next_url and f"{reverse('portal:duty_desk')}{page.next_url}",
            "is_filtered": bool(asked),
            "now": now,
            **super().get_context_data(**kwargs),
        }


class DutyDesk(DutyQueue):
    """The desk: four numbers, the cards by deadline, today's visits."""

    template_name = "portal/duty/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, asked = timezone.now(), desk.asked_for(self.request.GET)
        query = urlencode({**asked, **_after(self.request)})
        queue = reverse("portal:duty_queue")
        return {
            "numbers": desk.tiles(self.member, now),
            "filters": [
                (name, desk.LABELS[name], choices, asked.get(name, ""))
                for name, choices in desk.CHOICES.items()
            ],
            "refresh_url": f"{queue}?{query}" if query else queue,
            "visits": self._todays_visits(),
            "told": told(self.member),
            **super().get_context_data(**kwargs),
        }

    def _todays_visits(self) -> Sequence[Appointment]:
        today = visits_of_day(self.member, timezone.now())
        return [appointment(visit, self.member) for visit in today]


class Take(MemberView):
    """Take a card: for the agency and for oneself. Somebody was quicker: 409, saying who."""

    needs = Permission.VISIT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        try:
            visiting.take(reference, by=self.member)
        except MoveNotAllowed:
            if self._referral().assigned_to_id != self.member.pk:
                raise
        return see_other(reverse("portal:case", args=[reference]))

    def said_of(self, error: ReferralError) -> str:
        """Who has it, and since when."""
        referral = self._referral()
        if referral.status in PENDING or not referral.assigned_to_id:
            return str(error)
        return f"Taken by {desk.taken_by(referral, self.member)}."

    def _referral(self) -> Referral:
        known = Referral.objects.received_by(self.member).select_related("assigned_to__user")
        return known.get(reference=self.reference)


def _reference(follow_up: FollowUp) -> str:
    return follow_up.referral.reference


def _after(request: HttpRequest) -> dict[str, str]:
    after = request.GET.get("after", "")
    return {"after": after} if after else {}
