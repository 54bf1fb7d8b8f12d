"""A manager's page: a sample of reads, emergencies, refusals, and saying that one looked."""

from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from oversight.looking import Shown, ToLookAt, look, to_look_at
from portal.cases.acts import deed_of
from portal.evidence.forms import LookForm
from portal.pages import FormPage, see_other


class Group(NamedTuple):
    """Entries under a heading."""

    heading: str
    lines: list[tuple[Shown, str]]


class Evidence(FormPage):
    """What waits to be looked at, with a tick for each."""

    needs = Permission.MANAGE
    template_name = "portal/evidence/list.html"
    form_class = LookForm

    @cached_property
    def found(self) -> ToLookAt:
        """What there is, on record as a list before it is shown."""
        return to_look_at(by=self.member, now=timezone.now())

    def get_form(self, form_class: Any = None) -> LookForm:
        """Only what the page shows can be ticked."""
        form: LookForm = super().get_form(form_class)
        every = (each for group in self.found[:3] for each in group)
        form.offer(each.entry.seq for each in every)
        return form

    def make(self, form: Any) -> HttpResponse:
        look(form.cleaned_data["seq"], by=self.member, ground=form.cleaned_data["ground"])
        messages.success(self.request, "Marked as looked at.")
        return see_other(reverse("portal:evidence"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        groups = [
            Group("Two in a hundred reads of last week", _lines(found.sample)),
            Group("Emergencies", _lines(found.emergencies)),
            Group("Refused", _lines(found.refusals)),
        ]
        return {"groups": groups, "week": found.week, **super().get_context_data(**kwargs)}


def _lines(shown: list[Shown]) -> list[tuple[Shown, str]]:
    return [(each, deed_of(each.entry.action)) for each in shown]
