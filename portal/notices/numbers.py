"""One's own number: whether one is texted when something cannot wait, and where."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.errors import NotDone
from notices.numbers import number_of, remove_number, set_number
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import FormPage, see_other

YES, NO = "yes", "no"


class NumberForm(GovukForm):
    """Yes, and at which number; or no."""

    agrees = forms.ChoiceField(
        label="Do you want a text when something cannot wait?",
        help_text="It says “New task in your work system. Sign in to see it.” and nothing else.",
        choices=[(YES, "Yes"), (NO, "No, and forget my number")],
        widget=Radios(),
        error_messages={"required": "Select whether you want texts"},
    )
    number = forms.CharField(
        label="Mobile number",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class MyNumber(FormPage):
    """A member's own answer; nobody gives it for them."""

    template_name = "portal/notices/number.html"
    form_class = NumberForm

    def get_initial(self) -> dict[str, Any]:
        """What stands so far, also what somebody else set and they have not agreed to."""
        theirs = number_of(self.member)
        if theirs is None:
            return {}
        return {"number": theirs.number, "agrees": YES if theirs.agreed_at else ""}

    def make(self, form: Any) -> HttpResponse:
        if form.cleaned_data["agrees"] == NO:
            remove_number(of=self.member, by=self.member)
            return self._done("You will get no texts.")
        try:
            set_number(form.cleaned_data["number"], of=self.member, by=self.member)
        except NotDone as error:
            form.add_error("number", str(error))
            return self.form_invalid(form)
        return self._done("You will get a text when something cannot wait.")

    def _done(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return see_other(reverse("portal:news"))
