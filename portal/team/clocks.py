"""How the clocks of a team's follow-ups stand, counted: what was missed for want of a safe time is
told apart from what was missed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from audit.recording import record
from directory.clock_reasons import WhichClock
from portal.components import Tab
from portal.pages import Page
from portal.rota.managing import ManagerMixin
from visits.clocks import NO_SAFE_TIME, tally
from visits.models import FollowUp
from visits.standing import Standing

PERIODS: Final = {"7": "7 days", "28": "28 days", "91": "13 weeks"}
USUAL: Final = "28"
WORDS: Final = {
    Standing.MET: "In time",
    Standing.MISSED: "Late",
    NO_SAFE_TIME: "Late: no safe time came before",
    Standing.RUNNING: "Still running",
    Standing.PAUSED: "Paused",
    Standing.ENDED: "Ended before its time",
}


class Clocks(ManagerMixin, Page):
    """The three clocks side by side, of the police visits of a period."""

    template_name = "portal/team/clocks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.clocks")
        now, asked = timezone.now(), self.request.GET.get("days", "")
        days = asked if asked in PERIODS else USUAL
        counted = tally(self._since(now - timedelta(days=int(days))), now)
        return {
            "clocks": list(WhichClock.labels),
            "rows": [
                (words, [counted[which].get(standing, 0) for which in WhichClock])
                for standing, words in WORDS.items()
            ],
            "finding": finding(counted[WhichClock.CONTACT]),
            "period": PERIODS[days],
            "periods": _tabs(days),
            **super().get_context_data(**kwargs),
        }

    def _since(self, began: datetime) -> Any:
        return FollowUp.objects.visible_to(self.member).filter(visit_ended_at__gte=began)


def finding(contact: Mapping[str, int]) -> str:
    """`Contact was made in time in 34 of the 40 cases in which it was due.`; empty for none."""
    met = contact.get(Standing.MET, 0)
    due = met + contact.get(Standing.MISSED, 0) + contact.get(NO_SAFE_TIME, 0)
    return f"Contact was made in time in {met} of {due} cases whose time is over." if due else ""


def _tabs(chosen: str) -> list[Tab]:
    page = reverse("portal:team_clocks")
    return [Tab(words, f"{page}?days={n}", n == chosen) for n, words in PERIODS.items()]
