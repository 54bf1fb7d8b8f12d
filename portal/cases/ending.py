"""How a visit ended, what is wanted next, and, last and never needed, her view on prosecution."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.roles import Permission
from directory.contact import VisitOutcome
from directory.harm import Need
from directory.outcomes import REASONS, Prosecution
from portal.cases.forms import note_field
from portal.cases.work import FollowUpPage, WorkPage
from portal.govuk.fields import DayField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from portal.pages import see_other
from visits import actions as visiting
from visits.views_on_prosecution import views_of


class OutcomeForm(GovukForm):
    """How it came out. Nothing after the first question is needed to save it."""

    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=VisitOutcome.choices,
        widget=Radios(
            hints={
                "done": "This ends the follow-up.",
                "contacted": "This ends the follow-up.",
                "not_in": "The clock goes on: try again.",
                "unsafe": "Not going is an outcome, never a failure.",
            }
        ),
        error_messages={"required": "Select how it ended"},
    )
    reason = forms.ChoiceField(
        label="Why?",
        help_text="Choose below what you selected above. The referrer does not see it.",
        required=False,
        choices=[
            ("", "Not said"),
            *(
                (outcome.label, [(reason.value, reason.label) for reason in reasons])
                for outcome, reasons in REASONS.items()
            ),
        ],
    )
    support_wanted = forms.MultipleChoiceField(
        label="What support do they want?",
        required=False,
        choices=Need.choices,
        widget=Checkboxes(small=True),
    )
    note = note_field(required=False)
    view = forms.ChoiceField(
        label="Their view on prosecution",
        help_text="No help depends on it, and only your agency sees it.",
        required=False,
        choices=Prosecution.choices,
        initial=Prosecution.NOT_ASKED,
        widget=Radios(small=True),
    )


class RecordVisit(FollowUpPage):
    """How the visit ended."""

    purpose = "record the visit"
    heading, button, done = "Record the visit", "Save", "Visit recorded."
    form_class = OutcomeForm

    def make(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        view = given.pop("view")
        visiting.record_outcome(self.reference, by=self.member, **given)
        if view:
            visiting.note_view(self.reference, view, by=self.member)
        return self.finished()


class ProsecutionForm(GovukForm):
    """Where they stand, and since when that is known."""

    view = forms.ChoiceField(
        label="Where do they stand?",
        choices=[choice for choice in Prosecution.choices if choice[0] != Prosecution.NOT_ASKED],
        widget=Radios(),
        error_messages={"required": "Select where they stand"},
    )
    held_on = DayField(
        label="On which day did they say so?",
        subject="The day",
        help_text="Leave empty for today.",
        required=False,
        past_only=True,
    )


class Prosecuting(WorkPage):
    """Her view on prosecution: what she has said so far, and a newer one. Help waits for none."""

    needs = Permission.VISIT
    purpose = "view on prosecution"
    heading, button, done = "Their view on prosecution", "Save", "View noted."
    template_name = "portal/cases/prosecution.html"
    form_class = ProsecutionForm

    def make(self, form: Any) -> HttpResponse:
        visiting.note_view(self.reference, by=self.member, **form.cleaned_data)
        messages.success(self.request, self.done)
        return see_other(reverse("portal:case_details", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"views": views_of(self.referral), **super().get_context_data(**kwargs)}
