"""A form made from a risk tool: every question on one page, none of them required."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django import forms
from django.utils import timezone

from directory.harm import RiskBand
from portal.govuk.fields import MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios
from risk.actions import NewAssessment
from risk.definition import Definition, Item
from risk.models import RiskTool
from risk.parsing import parse
from risk.reasons import GradeReason, Source
from risk.scoring import SEVERITY

ANSWER: Final = "answer_"
WHOSE: Final = "source_"
OPEN: Final = ("", "Not answered")
GRADES: Final = [
    (str(band.value), str(band.label))
    for band in sorted(RiskBand, key=lambda each: SEVERITY[each])
    if band is not RiskBand.NOT_ASSESSED
]


class Question(NamedTuple):
    """A question of the tool as it stands on the page."""

    number: int
    section: str
    answer: forms.BoundField
    source: forms.BoundField | None


class AssessForm(GovukForm):
    """The questions of a tool, then the person's own grade, which no score lowers."""

    tool = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label="Who answered?", choices=Source.choices)
    grade = forms.ChoiceField(
        label="Your own grade",
        help_text="Your judgement stands beside the score. Whichever is graver counts.",
        required=False,
        choices=[("", "I leave it at what the tool says"), *GRADES],
        widget=Radios(),
    )
    reasons = forms.MultipleChoiceField(
        label="What does your grade rest on?",
        required=False,
        choices=GradeReason.choices,
        widget=Checkboxes(small=True),
    )
    words = forms.CharField(
        label="In your words",
        help_text="Sealed with the risk: who may open that may read it.",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    lowers = forms.BooleanField(required=False)
    assessed_at = MomentField(
        label="When was it asked?",
        subject="The assessment",
        help_text="Time like 2:30pm or 14:30.",
        past_only=True,
        within_days=90,
        initial=timezone.localtime,
        required=False,
    )
    needed_sometimes = ("grade", "reasons", "assessed_at")

    def __init__(self, *args: Any, tool: RiskTool, stands_at: str, **kwargs: Any) -> None:
        self.definition: Definition = parse(tool.definition)
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, "tool": tool.code, "version": tool.version}
        for item in self.definition.items:
            self.fields[ANSWER + item.code] = _answer(item)
            if self.definition.asks_source:
                self.fields[WHOSE + item.code] = _whose()
        if SEVERITY[stands_at] > SEVERITY[RiskBand.STANDARD]:
            band = str(RiskBand(stands_at).label).lower()
            self.fields["lowers"].label = f"Lower the risk of the case, which stands at {band}"
            self.fields[
                "lowers"
            ].help_text = "Only if your grade is milder. Without this tick the case never sinks."
        else:
            del self.fields["lowers"]

    def questions(self) -> Iterator[Question]:
        """The questions in order, each with the place for whose word its answer is."""
        section = ""
        for number, item in enumerate(self.definition.items, start=1):
            heading = item.section if item.section != section else ""
            section = item.section or section
            asked = self.definition.asks_source
            source = self[WHOSE + item.code] if asked else None
            yield Question(number, heading, self[ANSWER + item.code], source)

    def assessment(self) -> NewAssessment:
        """What was filled in, as the heart takes it."""
        given = self.cleaned_data
        plain = ("tool", "version", "source", "grade", "reasons", "words", "assessed_at")
        return NewAssessment(
            answers=_under(ANSWER, given),
            sources={code: source for code, source in _under(WHOSE, given).items() if source},
            lowers=bool(given.get("lowers")),
            **{name: given[name] for name in plain},
        )


def _answer(item: Item) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=item.text,
        help_text=item.help,
        required=False,
        choices=[*item.answers.items(), OPEN],
        widget=Radios(small=True, columns=True),
        error_messages={"invalid_choice": "Choose one of the answers listed"},
    )


def _whose() -> forms.ChoiceField:
    others = [choice for choice in Source.choices if choice[0] != Source.PERSON]
    return forms.ChoiceField(
        label="Whose word is this?", required=False, choices=[("", "As above"), *others]
    )


def _under(prefix: str, given: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(value)
        for name, value in given.items()
        if name.startswith(prefix)
    }
