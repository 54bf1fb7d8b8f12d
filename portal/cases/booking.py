"""Booking a visit, moving it to another time, giving it up."""

from typing import Any

from django.http import HttpResponse

from portal.cases import booking_forms as forms
from portal.cases.work import FollowUpPage
from visits import actions as visiting
from visits.actions.booking import DoubleBooked


class Book(FollowUpPage):
    """A visit or call: when, where, who. What was booked before is replaced."""

    purpose = "book a visit"
    heading, button, done = "Book a visit", "Book", "Booked."
    form_class = forms.BookingForm
    fields_of = {DoubleBooked: "adviser"}

    def get_form_kwargs(self) -> dict[str, Any]:
        colleagues = forms.colleagues_of(self.member)
        more = {"colleagues": colleagues, "moves": self.booked is not None}
        return {**super().get_form_kwargs(), **more}

    def get_initial(self) -> dict[str, Any]:
        """The member goes, unless they say otherwise."""
        return {"adviser": self.member.user.email if self.member.user else ""}

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
