"""Who is out: everybody's going out today, the most pressing first, and whom to answer for."""

from typing import Any

from django.utils import timezone

from accounts.roles import Permission
from audit.recording import name_shown, record
from portal.pages import Page
from portal.safety.cards import by_urgency, cards, going_out, open_ones
from visits.lone_working import State


class WhoIsOut(Page):
    """For the desk and its managers. No survivor's name or address."""

    needs = Permission.VISIT
    template_name = "portal/safety/out.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.who_is_out")
        now = timezone.now()
        shown = cards(going_out(self.member).filter(open_ones(now)), now, to=self.member)
        rows = [each for each in by_urgency(shown) if each.state is not State.ENDED]
        name_shown(each.reference for each in rows)
        return {
            "rows": rows,
            "alarms": sum(each.is_alarm for each in rows),
            "now": now,
            **super().get_context_data(**kwargs),
        }
