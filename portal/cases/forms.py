"""What is recorded on a case: an attempt, an outcome, a note, an ending."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from directory.contact import AttemptOutcome, ContactChannel, SafetyConcern, WhoAnswered
from directory.reasons import ClosureReason
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from referrals.conflicts import free_of_conflict
from visits.actions.booking import OutsideReason


def note_field(label: str = "Note", **more: Any) -> forms.CharField:
    """Words for the agency's own sealed notes."""
    return forms.CharField(
        label=label,
        help_text="Only your agency can read this.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        **more,
    )


def outside_field() -> forms.ChoiceField:
    """Why a time is not one of hers. Asked only where it is not."""
    return forms.ChoiceField(
        label="Why outside their safe times or after the deadline?",
        help_text="Leave empty for a safe time within the deadline.",
        required=False,
        choices=[("", "It is a safe time"), *OutsideReason.choices],
    )


class AttemptForm(GovukForm):
    """One attempt to be in touch."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=AttemptOutcome.choices,
        widget=Radios(
            hints={
                "somebody_else_answered": "All contact is then held at once.",
                "wrong_code_word": "All contact is then held at once.",
                "wrong_number": "The referrer is asked for another number.",
            }
        ),
        error_messages={"required": "Select what came of it"},
    )
    channel = forms.ChoiceField(
        label="How did you try?",
        choices=[("", "Select"), *ContactChannel.choices],
        error_messages={"required": "Select how you tried"},
    )
    at = MomentField(
        label="When?",
        subject="The attempt",
        help_text="Time like 2:30pm or 14:30.",
        past_only=True,
        within_days=14,
        initial=timezone.localtime,
        error_messages={"required": "Enter when you tried"},
    )
    who_answered = forms.ChoiceField(
        label="Who answered?",
        required=False,
        choices=[("", "Nobody"), *WhoAnswered.choices],
    )
    message_left = forms.BooleanField(label="I left a message", required=False)
    concern = forms.ChoiceField(
        label="Are you worried about their safety?",
        required=False,
        choices=[("", "No"), *SafetyConcern.choices],
    )
    outside_reason = outside_field()
    next_at = MomentField(
        label="When will you try again?",
        subject="The next attempt",
        help_text="You are reminded then. Leave empty if you will not.",
        required=False,
    )
    note = note_field("Anything said", required=False)
    needed_sometimes = ("outside_reason", "message_left")


def colleagues_of(member: Membership, case_id: UUID | None = None) -> list[Membership]:
    """Who visits for the member's agency; of a case, those for whom it exists."""
    visiting = Membership.objects.holding(Permission.VISIT).exclude(user=None)
    ours = visiting.filter(agency=member.agency_id).select_related("user")
    if case_id is not None:
        ours = free_of_conflict(ours, case_id)
    return list(ours.order_by("user__name", "pk"))


class NoteForm(GovukForm):
    """A note."""

    text = note_field(error_messages={"required": "Enter the note"})


class CloseForm(GovukForm):
    """Why the work ends."""

    reason = forms.ChoiceField(
        label="Why are you closing it?",
        help_text="The referrer sees this reason and nothing more.",
        choices=ClosureReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why you are closing it"},
    )
