"""The week of an agency's visits."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from portal.duty.desk import visits_of_day
from portal.pages import Page
from portal.visits import week


class Visits(Page):
    """One week, today marked; `?week=` names any of its days."""

    needs = Permission.VISIT
    template_name = "portal/visits/week.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.visits")
        monday = week.monday_of(self._asked_for())
        booked = visits_of_day(self.member, week.midnight(monday), days=week.DAYS)
        return {
            "days": week.days(monday, booked, self.member),
            "monday": monday,
            "before": monday - timedelta(days=week.DAYS),
            "after": monday + timedelta(days=week.DAYS),
            **super().get_context_data(**kwargs),
        }

    def _asked_for(self) -> date:
        today = timezone.localdate()
        try:
            asked = date.fromisoformat(self.request.GET.get("week", ""))
        except ValueError:
            return today
        near = abs((asked - today).days) < 3660  # noqa: PLR2004 -- ten years either way
        return asked if near else today
