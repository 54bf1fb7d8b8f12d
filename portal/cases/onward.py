"""Referring to a service: what help, which service, and her agreement to that service."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from accounts.roles import Permission
from directory.harm import Need
from directory.matching import ages_in_words, narrowed, open_on
from directory.models import Service
from portal import words
from portal.agreement import AgreedForm, given
from portal.cases.work import WorkPage
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.pages import see_other
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.compartments import Compartment
from referrals.employers import employers_in
from referrals.models import Referral

WORDING = "service-2026-1"
FIND = "find"


class NeedsForm(GovukForm):
    """What help she wants."""

    needs = forms.MultipleChoiceField(
        label="What help do they want?",
        choices=Need.choices,
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one kind of help"},
    )


class ReferOnForm(AgreedForm, NeedsForm):
    """Which service, what she agreed to pass on, and how she said so."""

    usually = (Compartment.IDENTITY, Compartment.CONTACT, Compartment.NEEDS)
    to_whom = "this service"
    service = forms.ChoiceField(
        label="Which service?", widget=Radios(), error_messages={"required": "Select a service"}
    )

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {service_key(service): service for service in services}
        field = self.fields["service"]
        field.choices = [(key, each.name) for key, each in self.services.items()]  # type: ignore[attr-defined]
        field.widget.hints = {key: _about(each) for key, each in self.services.items()}

    def clean_service(self) -> Service:
        """The service behind the choice."""
        return self.services[self.cleaned_data["service"]]


class ReferOn(WorkPage):
    """First what help, then the services that offer it to her. Nothing is kept until it is sent."""

    needs = Permission.REFER
    purpose = "refer to a service"
    heading = "Refer to a service"
    template_name = "portal/cases/refer_on.html"

    def opened_besides(self) -> list[str]:
        """Who the risk is from, so that nobody is offered whom they work for."""
        return [Compartment.RISK]

    @cached_property
    def asked(self) -> list[str]:
        """The needs chosen so far, as far as they are on the list."""
        return [need for need in self.request.POST.getlist("needs") if need in Need.values]

    @cached_property
    def services(self) -> list[Service]:
        """The services that offer all of it where she is and at her age."""
        employers = employers_in(self.case.records)
        return fitting(self.referral, self.asked, employers) if self.asked else []

    @property
    def is_finding(self) -> bool:
        """Whether services are still to be found; then nothing else is asked."""
        return FIND in self.request.POST or not self.services

    def get_form_class(self) -> type[GovukForm]:
        return NeedsForm if self.is_finding and not self.services else ReferOnForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.get_form_class() is NeedsForm:
            return {**kwargs, "initial": {"needs": self.asked or self.referral.needs}}
        if self.is_finding:
            kwargs.pop("data")
            kwargs.pop("files")
            kwargs["initial"] = {"needs": self.asked}
        return {**kwargs, "services": self.services}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Looking for services shows them; everything else is checked and sent."""
        if self.is_finding and self.services:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        if not self.services:
            form.add_error(
                "needs", "No service here offers all of that. Choose less, and refer twice."
            )
            return self.form_invalid(form)
        answers = form.cleaned_data
        onward = Onward(
            service=answers["service"].pk,
            needs=answers["needs"],
            consent=given(answers, WORDING),
        )
        child = actions.refer_on(self.reference, onward, by=self.member)
        messages.success(self.request, f"Sent. The reference is {child.reference}.")
        return see_other(reverse("portal:case_services", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"has_services": bool(self.services), **super().get_context_data(**kwargs)}


def fitting(
    referral: Referral, needs: Iterable[str], employers: Collection[str] = ()
) -> list[Service]:
    """The services that offer all the needs where she is and at her age, and are not in it yet.

    ``employers`` are the agencies that somebody feared works for: none of them is offered.
    """
    services = narrowed(
        open_on(timezone.localdate()), area_code=referral.area_code, age_band=referral.age_band
    )
    for need in needs:
        services = narrowed(services, need=need)
    involved = [referral.referring_agency_id, referral.receiving_agency_id]
    return list(services.exclude(agency__in=involved).exclude(agency__code__in=employers))


def service_key(service: Service) -> str:
    """What a form calls a service."""
    return f"{service.agency.code}.{slugify(service.name)}"


def _about(service: Service) -> str:
    hours = service.answer_within_hours
    whom = f"{service.agency.name}, people {ages_in_words(service)}."
    said = f"{service.summary} {whom} Answers within {hours} hours. {words.wait(service)}"
    return said.strip()
