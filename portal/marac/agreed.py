"""What agencies agreed to do: what is left, and noting that it was done."""

from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from marac import actions
from marac.models import MaracAction
from marac.reading import agreed_action, still_to_do
from marac.terms import coordinates
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, Page, see_other


class Line(NamedTuple):
    """One thing to do, and where to note that it is done, for whoever may."""

    action: MaracAction
    reference: str
    is_overdue: bool
    url: str


class StillToDo(Page):
    """What the member's agency agreed to, and what others did at the meetings it coordinates."""

    needs = Permission.DECIDE
    template_name = "portal/marac/agreed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.marac_agreed")
        today, may_note = timezone.localdate(), coordinates(self.member)
        rows = [
            Line(
                action,
                reference,
                action.due_on < today,
                reverse("portal:marac_done", args=[action.pk])
                if may_note and action.coordinator_id == self.member.agency_id
                else "",
            )
            for action, reference in still_to_do(self.member)
        ]
        return {"rows": rows, **super().get_context_data(**kwargs)}


class Done(FormPage):
    """The coordinator's word that an agency did what it agreed to."""

    needs = Permission.DECIDE
    template_name = "portal/marac/done.html"
    form_class = EmptyForm

    @cached_property
    def action(self) -> MaracAction:
        """What was agreed.

        :raises PermissionDenied: where another agency coordinates.
        """
        action = agreed_action(self.kwargs["action"], by=self.member)
        if action.coordinator_id != self.member.agency_id or not coordinates(self.member):
            raise PermissionDenied
        return action

    def make(self, form: Any) -> HttpResponse:
        actions.mark_done(self.action.pk, by=self.member)
        messages.success(self.request, "Noted as done.")
        return see_other(reverse("portal:marac_agreed"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"action": self.action, **super().get_context_data(**kwargs)}
