"""At which numbers colleagues are texted. A manager writes one down; whose it is says yes."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.errors import NotDone
from accounts.models import Membership
from audit.recording import record
from notices.models import AlarmNumber
from notices.numbers import number_of, numbers_at, remove_number, set_number
from portal.govuk.forms import GovukForm
from portal.pages import FormPage, Page, see_other
from portal.rota.managing import ManagerMixin
from portal.rota.people import colleague_signed, colleagues, sign_of


class Numbers(ManagerMixin, Page):
    """Everybody of the team, and whether a text would reach them."""

    template_name = "portal/team/numbers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.alarm_numbers")
        known = numbers_at(self.member.agency_id)
        rows = [
            (person, known.get(person.pk), _standing(known.get(person.pk)), _url(person))
            for person in colleagues(self.member.agency_id)
        ]
        return {"rows": rows, **super().get_context_data(**kwargs)}


class NumberForm(GovukForm):
    """A number, or none."""

    number = forms.CharField(
        label="Mobile number",
        help_text="Leave it empty to forget the number. They are texted once they say yes to it.",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class SetNumber(ManagerMixin, FormPage):
    """A colleague's number. A change asks them again; the same number leaves their yes alone."""

    template_name = "portal/team/number.html"
    form_class = NumberForm

    @cached_property
    def person(self) -> Membership:
        """Whom the address means.

        :raises Membership.DoesNotExist: if that is nobody of the team.
        """
        return colleague_signed(self.kwargs["colleague"], self.member.agency_id)

    @cached_property
    def known(self) -> AlarmNumber | None:
        """What stands now."""
        return number_of(self.person)

    def get_initial(self) -> dict[str, Any]:
        """The number on file."""
        return {"number": self.known.number} if self.known else {}

    def make(self, form: Any) -> HttpResponse:
        number, name = form.cleaned_data["number"], self.person.display_name
        if self.known and number == self.known.number:
            return self._done(f"{name}: nothing changed.")
        if not number:
            remove_number(of=self.person, by=self.member)
            return self._done(f"{name} gets no texts.")
        try:
            set_number(number, of=self.person, by=self.member)
        except NotDone as error:
            form.add_error("number", str(error))
            return self.form_invalid(form)
        return self._done(f"{name}: saved. {self._what_next()}")

    def _what_next(self) -> str:
        if self.person == self.member:
            return "You get a text when something cannot wait."
        return "They are texted once they agree on their own page of news."

    def _done(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return see_other(reverse("portal:team_numbers"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = _standing(self.known)
        return {"person": self.person, "said": said, **super().get_context_data(**kwargs)}


def _standing(known: AlarmNumber | None) -> str:
    if known is None:
        return "No number"
    return "Agreed" if known.agreed_at else "Not agreed yet"


def _url(person: Membership) -> str:
    return reverse("portal:team_number", args=[sign_of(person.pk)])
