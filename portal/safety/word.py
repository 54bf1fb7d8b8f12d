"""Choosing one's own word."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.roles import Permission
from portal.govuk.forms import GovukForm
from portal.pages import FormPage, see_other
from visits import actions


class WordForm(GovukForm):
    """A word nobody would type by chance."""

    word = forms.CharField(
        label="Your word",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter your word"},
    )


class ChooseWord(FormPage):
    """The word that calls for help where any other would say that all is well."""

    needs = Permission.VISIT
    template_name = "portal/safety/word.html"
    form_class = WordForm

    def make(self, form: Any) -> HttpResponse:
        actions.choose_word(form.cleaned_data["word"], by=self.member)
        messages.success(self.request, "Your word is kept. Nobody can read it, not even you.")
        return see_other(reverse("portal:my_visits"))
