"""What is asked of who enters a request, looks it over, stands behind it or refuses it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms

from directory.disclosure import Footing, HeldBack, RefusalReason, RequestKind, ToldThem
from disclosure.actions import Decision
from disclosure.models import Redaction
from disclosure.reading import Piece
from portal.govuk.fields import DayField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios

GIVE, WORDS, ALL = "give", "words", "all"
WHAT = [(GIVE, "It goes out"), (WORDS, "Some words are taken out"), (ALL, "All of it is taken out")]


class EnterForm(GovukForm):
    """Who asks, about which case, on what footing."""

    reference = forms.CharField(
        label="Your reference of the case",
        help_text="It stands at the top of the case as “your reference”, like PC-7K2M9QXA.",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter your reference of the case"},
    )
    kind = forms.ChoiceField(
        label="Who asks?",
        choices=RequestKind.choices,
        widget=Radios(),
        error_messages={"required": "Select who asks"},
    )
    footing = forms.ChoiceField(
        label="On what footing may it be given?",
        help_text="The person needs none.",
        choices=[("", "None is needed"), *Footing.choices],
        widget=Radios(),
        required=False,
    )
    told_them = forms.ChoiceField(
        label="Does the person know?",
        choices=ToldThem.choices,
        widget=Radios(),
        error_messages={"required": "Select whether the person knows"},
    )
    received_on = DayField(label="When was it received?", subject="The day", past_only=True)
    due_on = DayField(
        label="Does it name a day of its own?",
        help_text="Leave it empty for one calendar month, or twenty working days for others.",
        subject="The day",
        required=False,
    )
    needed_sometimes = ("footing",)

    def clean_reference(self) -> str:
        """As it is written."""
        return str(self.cleaned_data["reference"]).strip().upper()


class LookOverForm(GovukForm):
    """Of each piece what becomes of it, which words, and why."""

    def __init__(
        self, *args: Any, pieces: Iterable[Piece], said: Iterable[Redaction], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pieces = list(pieces)
        before = {(each.record_id, each.field): each for each in said}
        for piece in self.pieces:
            self._add(piece, before.get((piece.record_id, piece.field)))

    def rows(self) -> Iterator[tuple[Piece, list[forms.BoundField]]]:
        """Each piece with its three questions."""
        for piece in self.pieces:
            yield piece, [self[f"{piece.key}-{part}"] for part in ("what", "words", "why")]

    def decisions(self) -> Mapping[str, Decision]:
        """What was said."""
        given = self.cleaned_data
        found = {}
        for piece in self.pieces:
            what = given[f"{piece.key}-what"]
            words = given[f"{piece.key}-words"].splitlines() if what == WORDS else []
            reason = given[f"{piece.key}-why"] if what != GIVE else ""
            found[piece.key] = Decision(is_all=what == ALL, words=words, reason=reason)
        return found

    def clean(self) -> dict[str, Any]:
        """Words where some are taken out, and a reason where anything is."""
        given = super().clean() or self.cleaned_data
        for piece in self.pieces:
            what = given.get(f"{piece.key}-what")
            if what == WORDS and not given.get(f"{piece.key}-words", "").strip():
                self.add_error(f"{piece.key}-words", "Enter the words that are taken out")
            if what in {WORDS, ALL} and not given.get(f"{piece.key}-why"):
                self.add_error(f"{piece.key}-why", "Select why it is taken out")
        return given

    def _add(self, piece: Piece, before: Redaction | None) -> None:
        standing = before if before and before.version == piece.version else None
        words = [piece.text[start:stop] for start, stop in (standing.spans if standing else [])]
        what = ALL if standing and standing.is_all else WORDS if words else GIVE
        self.fields[f"{piece.key}-what"] = forms.ChoiceField(
            label="What becomes of it?",
            choices=WHAT,
            widget=Radios(),
            initial=what if standing else None,
            error_messages={"required": "Select what becomes of each part"},
        )
        self.fields[f"{piece.key}-words"] = forms.CharField(
            label="Which words? One line each, as they stand",
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial="\n".join(words),
        )
        self.fields[f"{piece.key}-why"] = forms.ChoiceField(
            label="Why is it taken out?",
            required=False,
            choices=[("", "Select"), *HeldBack.choices],
            initial=standing.reason if standing else "",
        )


class SecondForm(GovukForm):
    """Whether the second person stands behind it."""

    answer = forms.ChoiceField(
        label="Do you stand behind it?",
        choices=[("yes", "Yes, I have read all of it"), ("no", "No, look it over again")],
        widget=Radios(),
        error_messages={"required": "Select yes or no"},
    )


class RefuseForm(GovukForm):
    """Why nothing is given."""

    reason = forms.ChoiceField(
        label="Why is nothing given?",
        choices=RefusalReason.choices,
        widget=Radios(),
        error_messages={"required": "Select why nothing is given"},
    )
