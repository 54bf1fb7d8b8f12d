"""The week of an agency's visits: by day, by person, on paper, and as a calendar's feed."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import name_shown, record
from portal.cases.forms import colleagues_of
from portal.components import Tab
from portal.pages import Page
from portal.visits import week
from visits.models import Visit

VIEWS = {"visits": "By day", "visits_team": "By person", "visits_print": "To print"}


class _Week(Page):
    """One week; `?week=` names any of its days, `?who=` one colleague."""

    needs = Permission.VISIT
    current: ClassVar[str] = "visits"
    evidence: ClassVar[str] = "list.visits"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record(self.evidence)
        name_shown(each.follow_up.referral.reference for each in self.booked)
        step = timedelta(days=week.DAYS)
        return {
            "monday": self.monday,
            "sunday": self.monday + step - timedelta(days=1),
            "before": self._query(self.monday - step),
            "after": self._query(self.monday + step),
            "tabs": self._tabs(),
            "who": self.who,
            "people": self._people(),
            **super().get_context_data(**kwargs),
        }

    @cached_property
    def monday(self) -> date:
        """The week that is asked for, or the present one."""
        return week.monday_of(self._asked_for())

    @cached_property
    def colleagues(self) -> list[Membership]:
        """Who visits for the agency."""
        return colleagues_of(self.member)

    @cached_property
    def who(self) -> Membership | None:
        """The one colleague that is asked for; one who is nobody's colleague is everybody."""
        asked = self.request.GET.get("who", week.EVERYBODY)
        if asked == week.MINE:
            return self.member
        return next((each for each in self.colleagues if asked and _key(each) == asked), None)

    @cached_property
    def booked(self) -> list[Visit]:
        """What is booked in the week."""
        visits = week.visits_of_day(self.member, week.midnight(self.monday), days=week.DAYS)
        return list(week.whose(visits, self.who))

    def _asked_for(self) -> date:
        today = timezone.localdate()
        try:
            asked = date.fromisoformat(self.request.GET.get("week", ""))
        except ValueError:
            return today
        near = abs((asked - today).days) < 3660  # noqa: PLR2004 -- ten years either way
        return asked if near else today

    def _query(self, monday: date) -> str:
        asked = {"week": monday.isoformat()}
        if self.who:
            asked["who"] = _key(self.who)
        return f"?{urlencode(asked)}"

    def _tabs(self) -> list[Tab]:
        return [
            Tab(
                label,
                f"{reverse(f'portal:{name}')}{self._query(self.monday)}",
                is_current=name == self.current,
            )
            for name, label in VIEWS.items()
        ]

    def _people(self) -> list[tuple[str, str, bool]]:
        chosen = self.who
        everybody = (week.EVERYBODY, "Everybody’s", chosen is None)
        return [
            everybody,
            *((_key(each), each.display_name, each == chosen) for each in self.colleagues),
        ]


class Visits(_Week):
    """The week day by day, today marked."""

    template_name = "portal/visits/week.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = week.days(self.monday, self.booked, self.member)
        return {"days": days, **super().get_context_data(**kwargs)}


class Team(_Week):
    """The week person by person."""

    template_name = "portal/visits/team.html"
    current = "visits_team"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        team = [self.who] if self.who else self.colleagues
        weeks = week.weeks_of(team, self.monday, self.booked, self.member)
        return {"weeks": weeks, **super().get_context_data(**kwargs)}


class Printed(_Week):
    """The week on paper, as tables; on the record as a print."""

    template_name = "portal/visits/print.html"
    current, evidence = "visits_print", "print.visits"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = week.days(self.monday, self.booked, self.member)
        busy = [day for day in days if day.appointments]
        context = {"days": busy, "printed_at": timezone.now()}
        return {**context, **super().get_context_data(**kwargs)}


def _key(member: Membership) -> str:
    return member.user.email if member.user else ""
