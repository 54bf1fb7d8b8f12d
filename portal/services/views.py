"""What an agency offers, and whether it can take anybody just now."""

from functools import cached_property
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.roles import Permission
from audit.recording import record
from directory.actions.capacity import set_capacity
from directory.models import LONGEST_WAIT_WEEKS, Service, ServiceStatus
from portal import words
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import FormPage, Page, see_other

OPEN, WAITING, CLOSED = "open", "waiting", "closed"
STANDINGS: Final = {
    OPEN: words.Standing("Taking referrals", "green"),
    WAITING: words.Standing("Waiting list", "yellow"),
    CLOSED: words.Standing("Closed for now", "red"),
}


def standing(service: Service) -> str:
    """Which of the three a service is."""
    if service.status != ServiceStatus.ACTIVE:
        return CLOSED
    return OPEN if service.wait_weeks is None else WAITING


class CapacityForm(GovukForm):
    """One of three, and how long people wait."""

    standing = forms.ChoiceField(
        label="Can you take anybody just now?",
        choices=[
            (OPEN, "Yes"),
            (WAITING, "Yes, and people wait"),
            (CLOSED, "No: closed for now"),
        ],
        widget=Radios(hints={CLOSED: "Nobody can be referred. What you have still waits for you."}),
        error_messages={"required": "Select whether you can take anybody"},
    )
    wait_weeks = forms.IntegerField(
        label="If people wait: about how many weeks?",
        required=False,
        min_value=1,
        max_value=LONGEST_WAIT_WEEKS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Weeks must be a number",
            "min_value": f"Weeks must be from 1 to {LONGEST_WAIT_WEEKS}",
            "max_value": f"Weeks must be from 1 to {LONGEST_WAIT_WEEKS}",
        },
    )
    needed_sometimes = ("wait_weeks",)

    def clean(self) -> dict[str, Any]:
        """Whoever says that people wait says how long."""
        given = super().clean() or {}
        waits = given.get("standing") == WAITING
        if waits and given.get("wait_weeks") is None and "wait_weeks" not in self.errors:
            self.add_error("wait_weeks", "Enter about how many weeks people wait")
        return given


class OurServices(Page):
    """Every service of the agency that is in the directory."""

    needs = Permission.MANAGE
    template_name = "portal/services/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.our_services")
        ours = Service.objects.filter(agency=self.member.agency_id)
        offered = ours.exclude(status=ServiceStatus.INACTIVE).order_by("name", "id")
        rows = [(each, STANDINGS[standing(each)], words.wait(each)) for each in offered]
        return {"rows": rows, **super().get_context_data(**kwargs)}


class Capacity(FormPage):
    """The switch of one service."""

    needs = Permission.MANAGE
    template_name = "portal/services/capacity.html"
    form_class = CapacityForm

    @cached_property
    def service(self) -> Service:
        """The agency's own.

        :raises Http404: for any other, or one that was taken out of the directory.
        """
        ours = Service.objects.filter(agency=self.member.agency_id, pk=self.kwargs["row"])
        found = ours.exclude(status=ServiceStatus.INACTIVE).first()
        if found is None:
            raise Http404
        return found

    def stamp(self) -> str:
        """What the page showed."""
        return f"{standing(self.service)}:{self.service.wait_weeks}"

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {"standing": standing(self.service), "wait_weeks": self.service.wait_weeks}

    def make(self, form: Any) -> HttpResponse:
        chosen = form.cleaned_data["standing"]
        weeks = form.cleaned_data["wait_weeks"] if chosen == WAITING else None
        set_capacity(self.service.pk, is_open=chosen != CLOSED, wait_weeks=weeks, by=self.member)
        messages.success(self.request, "Saved. Whoever refers sees it from now on.")
        return see_other(reverse("portal:our_services"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"service": self.service, **super().get_context_data(**kwargs)}
