"""Booking a visit, moving it to another time, giving it up."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from portal.cases import booking_forms as forms
from portal.cases.forms import colleagues_of
from portal.cases.work import FollowUpPage
from portal.planner.lines import proposed_for
from visits import actions as visiting
from visits.actions.booking import DoubleBooked
from visits.fitting import Span
from visits.proposing import propose


class Book(FollowUpPage):
    """A visit or call: when, where, who. What was booked before is replaced."""

    purpose = "book a visit"
    heading, button, done = "Book a visit", "Book", "Booked."
    form_class = forms.BookingForm
    fields_of = {DoubleBooked: "adviser"}

    template_name = "portal/cases/book.html"

    @cached_property
    def slots(self) -> list[Span]:
        """The next times at which the member could go."""
        if self.follow_up is None:
            return []
        return propose(self.follow_up, self.referral, self.member, now=timezone.now())

    def get_form_kwargs(self) -> dict[str, Any]:
        offer = forms.Offer(
            colleagues_of(self.member, self.referral.case_id),
            self.slots,
            self.booked is not None,
        )
        return {**super().get_form_kwargs(), "offer": offer}

    def get_initial(self) -> dict[str, Any]:
        """What the plan proposes, if one comes from there; else the member goes."""
        if "proposed" in self.request.GET and (said := proposed_for(self.reference, self.member)):
            return {"slot": forms.OTHER, **said}
        return {"adviser": self.member.user.email if self.member.user else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        opens_at = self.follow_up.visit_from_at if self.follow_up else None
        is_open = opens_at is None or opens_at <= timezone.now()
        shown = {
            "follow_up": self.follow_up,
            "slots": self.slots,
            "opens_at": None if is_open else opens_at,
        }
        return {**shown, **super().get_context_data(**kwargs)}

    def make(self, form: Any) -> HttpResponse:
        booking = visiting.Booking(**form.cleaned_data)
        visiting.book(self.reference, booking, by=self.member)
        return self.finished()


class Cancel(FollowUpPage):
    """Give the booked time up; the deadline stays."""

    purpose = "cancel a visit"
    heading, button, done = "Cancel the booking?", "Cancel the booking", "Booking cancelled."
    form_class = forms.CancelForm

    def make(self, form: Any) -> HttpResponse:
        visiting.cancel(self.reference, by=self.member, **form.cleaned_data)
        return self.finished()
