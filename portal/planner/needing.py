"""Beside a case: what its visit needs, and who must not go."""

from typing import Any

from django.http import HttpResponse

from accounts.models import Membership
from accounts.roles import Permission
from portal.cases.forms import colleagues_of
from portal.cases.work import FollowUpPage
from portal.planner.forms import ConflictsForm, NeedsForm, key_of
from visits.models import Conflict, VisitNeeds
from visits.planner.needing import Needs, declare_conflict, set_needs, withdraw_conflict


class SetNeeds(FollowUpPage):
    """What is wanted of whoever goes."""

    purpose = "what the visit needs"
    heading, button, done = "What the visit needs", "Save", "Saved. The next plan goes by it."
    form_class = NeedsForm

    def get_initial(self) -> dict[str, Any]:
        """What was said before."""
        row = VisitNeeds.objects.filter(follow_up=self.follow_up).values(*NeedsForm.base_fields)
        return row.first() or {}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        needs = Needs(**{**given, "specialisms": tuple(given["specialisms"])})
        set_needs(self.reference, needs, by=self.member)
        return self.finished()


class Conflicts(FollowUpPage):
    """Who must not visit, as a list to tick."""

    needs = Permission.MANAGE
    purpose = "who must not visit"
    heading, button, done = "Who must not visit", "Save", "Saved."
    form_class = ConflictsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "colleagues": colleagues_of(self.member)}

    def get_initial(self) -> dict[str, Any]:
        """Who is on the list."""
        return {"who": [key_of(each) for each in self._declared()]}

    def make(self, form: Any) -> HttpResponse:
        before, after = set(self._declared()), set(form.cleaned_data["who"])
        for who in after - before:
            declare_conflict(self.reference, who, by=self.member)
        for who in before - after:
            withdraw_conflict(self.reference, who, by=self.member)
        return self.finished()

    def _declared(self) -> list[Membership]:
        rows = Conflict.objects.filter(follow_up=self.follow_up)
        return [row.membership for row in rows.select_related("membership__user")]
