"""What is asked to book a visit, to move it, and to give it up."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from directory.contact import VenueKind
from portal.cases.forms import outside_field
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from visits.actions.booking import REASONS
from visits.models import CancelReason, VisitKind

CANCEL_REASONS: Final = [(code, words) for code, words in CancelReason.choices if code in REASONS]


class BookingForm(GovukForm):
    """A time, a place, and who goes."""

    starts_at = MomentField(
        label="When?",
        subject="The visit",
        help_text="Time like 2:30pm or 14:30.",
        initial=timezone.localdate,
        error_messages={"required": "Enter when it begins"},
    )
    minutes = forms.ChoiceField(
        label="How long?",
        initial="60",
        choices=[
            ("30", "Half an hour"),
            ("60", "One hour"),
            ("90", "An hour and a half"),
            ("120", "Two hours"),
        ],
    )
    kind = forms.ChoiceField(
        label="Visit or call?",
        choices=VisitKind.choices,
        initial=VisitKind.VISIT,
        widget=Radios(columns=True),
        error_messages={"required": "Select visit or call"},
    )
    venue = forms.ChoiceField(
        label="Where?",
        choices=[("", "Select"), *VenueKind.choices],
        error_messages={"required": "Select where"},
    )
    adviser = forms.ChoiceField(label="Who goes?", error_messages={"required": "Select who goes"})
    second_worker = forms.ChoiceField(label="Second worker", required=False)
    outside_reason = outside_field()
    moved_reason = forms.ChoiceField(
        label="Why is the booking moved?",
        required=False,
        choices=[("", "Select"), *CANCEL_REASONS],
    )
    needed_sometimes = ("outside_reason", "moved_reason")

    def __init__(
        self, *args: Any, colleagues: Sequence[Membership], moves: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not moves:
            del self.fields["moved_reason"]
        self.colleagues = {_key(each): each for each in colleagues}
        people = [(key, each.display_name) for key, each in self.colleagues.items()]
        self.fields["adviser"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]
        self.fields["second_worker"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]

    def clean_adviser(self) -> Membership:
        """The member behind the choice."""
        return self.colleagues[self.cleaned_data["adviser"]]

    def clean_second_worker(self) -> Membership | None:
        """The member behind the choice, or nobody."""
        return self.colleagues.get(self.cleaned_data["second_worker"])

    def clean_minutes(self) -> int:
        """A number."""
        return int(self.cleaned_data["minutes"])


def colleagues_of(member: Membership) -> list[Membership]:
    """Who visits for the member's agency."""
    visiting = Membership.objects.holding(Permission.VISIT).exclude(user=None)
    ours = visiting.filter(agency=member.agency_id).select_related("user")
    return list(ours.order_by("user__name", "pk"))


def _key(member: Membership) -> str:
    return member.user.email if member.user else ""


class CancelForm(GovukForm):
    """Why a booking is given up."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=CANCEL_REASONS,
        widget=Radios(),
        error_messages={"required": "Select why it is cancelled"},
    )
