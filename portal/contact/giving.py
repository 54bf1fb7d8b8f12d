"""Another number is needed: the referrer gives one, and the receiver takes it up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.roles import Permission
from directory.contact import ContactWanted
from portal.cases.work import WorkPage
from portal.contact.giving_forms import GiveForm
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, see_other
from portal.referrals.following import SenderMixin
from referrals import actions
from referrals.errors import MoveNotAllowed
from referrals.lifecycle import Status
from visits import actions as visiting


class GiveContact(SenderMixin, FormPage):
    """The way that the referrer has found. It cannot be read back: it is not theirs any more."""

    template_name = "portal/contact/give.html"
    form_class = GiveForm
    fields_of = {"windows": "safe_times", "way.phone": "phone"}

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whether anything is asked for is said before anything is filled in."""
        wanted = self.referral.contact_wanted and self.referral.status == Status.ACCEPTED
        if request.method == "GET" and not wanted:
            raise MoveNotAllowed("Nothing is asked of you here.")
        return super().answer(request, *args, **kwargs)

    def make(self, form: Any) -> HttpResponse:
        actions.give_contact(self.reference, form.way, by=self.member)
        messages.success(self.request, "Given. The adviser is told.")
        return see_other(reverse("portal:referral", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.referral.contact_wanted
        heading = ContactWanted(wanted).label if wanted else "Another way to be in touch"
        context = {"referral": self.referral, "heading": heading}
        return {**context, **super().get_context_data(**kwargs)}


class TakeUp(WorkPage):
    """Use what the referrer has given."""

    needs = Permission.VISIT
    purpose = "how to be in touch safely"
    heading, button, done = "Use it", "Use it", "Saved, as the referrer confirmed it."
    form_class = EmptyForm
    http_method_names = ["post"]

    def make(self, form: Any) -> HttpResponse:
        visiting.take_up_contact(self.reference, by=self.member)
        messages.success(self.request, self.done)
        return see_other(reverse("portal:how_to_reach", args=[self.reference]))
