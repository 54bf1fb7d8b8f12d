"""The page of the check before a visit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from directory.lone_working import GoDecision, Hazards, Whereabouts, WhereaboutsSource
from portal.cases.forms import colleagues_of, note_field
from portal.cases.work import FollowUpPage
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import see_other
from referrals.compartments import Compartment
from referrals.errors import MoveNotAllowed
from visits import actions
from visits.lone_working import Judgement, goes_out


class CheckForm(GovukForm):
    """What is judged, anew before every visit."""

    hazards = forms.ChoiceField(
        label="Are there hazards at the place?",
        help_text="Dogs, weapons, other people there, no phone signal, no way out.",
        choices=Hazards.choices,
        widget=Radios(columns=True),
        error_messages={"required": "Select whether there are hazards"},
    )
    note = note_field("What are they?", required=False)
    whereabouts = forms.ChoiceField(
        label="Where is the person they fear?",
        choices=Whereabouts.choices,
        widget=Radios(),
        error_messages={"required": "Select where the person they fear is"},
    )
    source = forms.ChoiceField(
        label="Who confirmed that?",
        required=False,
        choices=[("", "Nobody: it is not known"), *WhereaboutsSource.choices],
    )
    whereabouts_at = MomentField(
        label="When was it confirmed?",
        subject="When it was confirmed",
        past_only=True,
        required=False,
        initial=timezone.localtime,
    )
    needs_second_worker = forms.ChoiceField(
        label="Are two workers needed?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=Radios(columns=True),
        error_messages={"required": "Select whether two workers are needed"},
    )
    is_refused = forms.BooleanField(label="Somebody who was to go does not want to", required=False)
    decision = forms.ChoiceField(
        label="What is decided?",
        choices=GoDecision.choices,
        widget=Radios(hints={"do_not_go": "Not going is an outcome, never a failure."}),
        error_messages={"required": "Select what is decided"},
    )
    buddy = forms.ChoiceField(
        label="Who is the buddy?",
        help_text="Somebody who does not go, and rings when you are late.",
        required=False,
    )
    needed_sometimes = ("source", "whereabouts_at", "buddy", "is_refused")

    def __init__(self, *args: Any, buddies: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buddies = {each.user.email: each for each in buddies if each.user}
        people = [(email, each.display_name) for email, each in self.buddies.items()]
        self.fields["buddy"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]

    def clean_buddy(self) -> Membership | None:
        """The member behind the choice, or nobody."""
        return self.buddies.get(self.cleaned_data["buddy"])

    def clean_needs_second_worker(self) -> bool:
        """Yes or no."""
        return bool(self.cleaned_data["needs_second_worker"] == "yes")


class CheckVisit(FollowUpPage):
    """The check before the visit that is booked."""

    opens = (Compartment.RISK,)
    purpose = "check before a visit"
    heading, button, done = "Check before the visit", "Keep the check", "The check is kept."
    template_name = "portal/safety/check.html"
    form_class = CheckForm

    def get_form_kwargs(self) -> dict[str, Any]:
        if self.booked is None or not goes_out(self.booked):
            raise MoveNotAllowed("Nothing is booked that anybody goes out for.")
        going = {self.booked.adviser_id, self.booked.second_worker_id}
        able = colleagues_of(self.member, self.referral.case_id)
        buddies = [each for each in able if each.pk not in going]
        return {**super().get_form_kwargs(), "buddies": buddies}

    def make(self, form: Any) -> HttpResponse:
        actions.check_visit(self.reference, Judgement(**form.cleaned_data), by=self.member)
        messages.success(self.request, self.done)
        mine = self.booked is not None and self.member.pk in {
            self.booked.adviser_id,
            self.booked.second_worker_id,
        }
        return see_other(reverse("portal:my_visits")) if mine else self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hazards = self.case.document(Compartment.RISK).get("hazards", "")
        return {"hazards": hazards, **super().get_context_data(**kwargs)}
