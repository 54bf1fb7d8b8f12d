"""What is asked to book a visit, to move it, and to give it up."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django import forms
from django.utils import timezone

from accounts.models import Membership
from directory.contact import VenueKind
from portal.cases.forms import outside_field
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.spoken_time import capitalised, day_and_time, time_of_day
from visits.actions.booking import REASONS
from visits.fitting import Span
from visits.models import CancelReason, OffShiftReason, VisitKind

CANCEL_REASONS: Final = [(code, words) for code, words in CancelReason.choices if code in REASONS]


OTHER: Final = "other"


class Offer(NamedTuple):
    """What a booking may be made of: who may go, which times fit, and whether one is moved."""

    colleagues: Sequence[Membership]
    slots: Sequence[Span] = ()
    moves: bool = False


class BookingForm(GovukForm):
    """A time, a place, and who goes."""

    slot = forms.ChoiceField(label="When?", required=False, widget=Radios())
    starts_at = MomentField(
        label="Another time",
        subject="The visit",
        help_text="Time like 2:30pm or 14:30.",
        initial=timezone.localdate,
        required=False,
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
    off_shift_reason = forms.ChoiceField(
        label="Why outside their shift?",
        required=False,
        choices=[("", "It is in their shift"), *OffShiftReason.choices],
    )
    needed_sometimes = ("slot", "starts_at", "outside_reason", "off_shift_reason", "moved_reason")

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not offer.moves:
            del self.fields["moved_reason"]
        self.slots = {span.starts.isoformat(): span for span in offer.slots}
        said = [(key, _in_words(span)) for key, span in self.slots.items()]
        self.fields["slot"].choices = [*said, (OTHER, "Another time")]  # type: ignore[attr-defined]
        if not said:
            del self.fields["slot"]
            self.fields["starts_at"].label = "When?"
        self.colleagues = {_key(each): each for each in offer.colleagues}
        people = [(key, each.display_name) for key, each in self.colleagues.items()]
        self.fields["adviser"].choices = [("", "Select"), *people]  # type: ignore[attr-defined]
        self.fields["second_worker"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The time chosen from the list, or the one typed."""
        given = super().clean() or self.cleaned_data
        slot = self.slots.get(given.pop("slot", ""))
        if slot is not None:
            self.errors.pop("starts_at", None)
            given["starts_at"] = slot.starts
        elif given.get("starts_at") is None and "starts_at" not in self.errors:
            self.add_error("starts_at", "Enter when it begins")
        return given

    def clean_adviser(self) -> Membership:
        """The member behind the choice."""
        return self.colleagues[self.cleaned_data["adviser"]]

    def clean_second_worker(self) -> Membership | None:
        """The member behind the choice, or nobody."""
        return self.colleagues.get(self.cleaned_data["second_worker"])

    def clean_minutes(self) -> int:
        """A number."""
        return int(self.cleaned_data["minutes"])


def _in_words(span: Span) -> str:
    """`Tomorrow at 9am, until 10am`."""
    begins = capitalised(day_and_time(span.starts, now=timezone.now()))
    return f"{begins}, until {time_of_day(span.ends)}"


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
