"""The page behind everything that is not one's own day: each line says what it holds."""

from typing import Any

from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from portal.pages import Page
from portal.team.lines import groups_for


class Team(Page):
    """Links with a number each, so that nobody opens a page to find it empty."""

    needs = Permission.VISIT
    template_name = "portal/team/team.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.team")
        groups = groups_for(self.member, timezone.now())
        return {"groups": groups, **super().get_context_data(**kwargs)}
