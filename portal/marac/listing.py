"""What the coordinator does with one case of a list."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from directory.areas import AREAS
from marac import actions
from marac.codes import Ground
from marac.models import MaracReferral
from marac.reading import open_meetings, see_marac
from portal import words
from portal.marac.agreement import consent_of
from portal.marac.case_forms import TransferForm
from portal.marac.coordinating import CoordinatorMixin, url_of
from portal.marac.forms import MeetingForm, MoveForm, OffForm
from portal.pages import FormPage, see_other


class ListingPage(CoordinatorMixin, FormPage):
    """A page about one case that the member's agency coordinates. It holds no name."""

    template_name = "portal/marac/listing.html"
    heading: ClassVar[str] = ""
    button: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    @cached_property
    def marac(self) -> MaracReferral:
        """The MARAC referral.

        :raises PermissionDenied: where another agency coordinates it.
        """
        marac = see_marac(self.reference, by=self.member)
        if marac.agency_id != self.member.agency_id:
            raise PermissionDenied
        return marac

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referral = self.marac.referral
        grounds = words.labels(Ground, self.marac.grounds)
        said = {"heading": self.heading, "button": self.button, "hint": self.hint}
        area = AREAS[self.marac.area_code].name
        context = {"referral": referral, "area": area, "grounds": grounds, **said}
        return {**context, **super().get_context_data(**kwargs)}

    def stamp(self) -> str:
        """What the page was made from."""
        return f"{self.marac.referral.status} {self.marac.ended_at or ''}".strip()


class _Choosing(ListingPage):
    """A page on which a meeting is chosen."""

    def get_form_kwargs(self) -> dict[str, Any]:
        coming = open_meetings(self.member, timezone.now())
        ours = sorted(coming, key=lambda each: each.area_code != self.marac.area_code)
        return {**super().get_form_kwargs(), "meetings": ours}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {"has_meetings": bool(context["form"].meetings), **context}


class TakeOn(_Choosing):
    """Accept it, where that is still to be done, and put it on a list."""

    heading, button = "Put a case on a list", "Put it on the list"
    hint = "Your agency accepts the referral with this, and can then open what they agreed to."
    form_class = MeetingForm

    def make(self, form: Any) -> HttpResponse:
        meeting = form.cleaned_data["meeting"]
        actions.take_on(self.reference, meeting.area_code, meeting.held_on, by=self.member)
        messages.success(self.request, f"{self.reference} is on the list.")
        return see_other(url_of(meeting))


class Move(_Choosing):
    """Another meeting hears it."""

    heading, button = "Move a case to another meeting", "Move it"
    hint = "The referrer is told. The duty to act stays with each agency meanwhile."
    form_class = MoveForm

    def make(self, form: Any) -> HttpResponse:
        meeting, reason = form.cleaned_data["meeting"], form.cleaned_data["reason"]
        on = meeting.held_on
        actions.move(self.reference, meeting.area_code, on, reason=reason, by=self.member)
        messages.success(self.request, f"{self.reference} was moved.")
        return see_other(url_of(meeting))


class Transfer(ListingPage):
    """Another area's coordinator, because she has moved."""

    heading, button = "Transfer to another area’s MARAC", "Transfer it"
    hint = "It stays on your list until the other coordinator has taken it on."
    form_class = TransferForm

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        area, consent = given["area_code"], consent_of(given)
        actions.transfer(self.reference, area, consent, by=self.member)
        messages.success(self.request, "Transferred. You answer for it until it is taken on.")
        return see_other(reverse("portal:marac"))


class TakeOff(ListingPage):
    """It is not heard."""

    heading, button = "Take a case off the list", "Take it off"
    hint = "The referrer is told. The duty to act stays with each agency."
    form_class = OffForm

    def make(self, form: Any) -> HttpResponse:
        actions.take_off(self.reference, reason=form.cleaned_data["reason"], by=self.member)
        messages.success(self.request, f"{self.reference} is off the list.")
        return see_other(reverse("portal:marac"))
