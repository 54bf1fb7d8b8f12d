"""The shapes of risk tools and assessments."""

from typing import Any

from rest_framework import serializers

from api.agencies import code_of
from api.serializers import Code, Flag, Instant, Several, StrictSerializer, Text, Whole, instant
from directory.harm import RiskBand
from referrals.compartments import LONG
from risk.models import RiskTool
from risk.parsing import MOST_ITEMS, MOST_VERSION, parse
from risk.reading import OpenedAssessment
from risk.reasons import GradeReason, Source


class AnswersIn(serializers.DictField):
    """Codes by the codes of questions."""

    child = Text(max_length=20, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """The codes, unless there are too many."""
        if isinstance(data, dict) and len(data) > MOST_ITEMS:
            raise serializers.ValidationError("There are more answers than a tool has questions.")
        return super().to_internal_value(data)


class AssessmentIn(StrictSerializer):
    """An assessment with a version of a tool.

    What is left out of ``answers`` is unanswered, which is not No. ``grade`` is a person's own,
    with its ``reasons``; no score lowers it. ``lowers`` says outright that a milder grade is to
    lower the risk the case stands at; without it that only ever rises.
    """

    tool = Text(max_length=40)
    version = Whole(min_value=1, max_value=MOST_VERSION)
    answers = AnswersIn(default=dict)
    sources = AnswersIn(default=dict)
    grade = Code(
        [choice for choice in RiskBand.choices if choice[0] != RiskBand.NOT_ASSESSED],
        default="",
        allow_blank=True,
    )
    reasons = Several(child=Code(GradeReason.choices), default=list, max_length=20)
    words = Text(max_length=LONG, default="", allow_blank=True)
    lowers = Flag(default=False)
    assessed_at = Instant(default=None, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is called as DRF calls a thing of its own."""
        return {**super().get_fields(), "source": Code(Source.choices, default=Source.PERSON)}


class AssessmentOut(serializers.Serializer[Any]):
    """An assessment, opened. While ``is_at_least``, the score may yet be higher."""

    tool = serializers.CharField()
    version = serializers.IntegerField()
    agency = serializers.CharField()
    band = serializers.ChoiceField(RiskBand.choices)
    grade = serializers.ChoiceField(RiskBand.choices, allow_blank=True)
    effective_band = serializers.ChoiceField(RiskBand.choices)
    score = serializers.IntegerField()
    is_at_least = serializers.BooleanField()
    unanswered = serializers.IntegerField()
    not_known = serializers.IntegerField()
    answers = serializers.DictField(child=serializers.CharField())
    sources = serializers.DictField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.ChoiceField(GradeReason.choices))
    words = serializers.CharField(allow_blank=True)
    reaches_marac = serializers.BooleanField()
    assessed_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is called as DRF calls a thing of its own."""
        return {**super().get_fields(), "source": serializers.ChoiceField(Source.choices)}


class AssessmentsOut(serializers.Serializer[Any]):
    """The assessments of a case that the agency may open, the first first."""

    results = AssessmentOut(many=True)


class AnswerOut(serializers.Serializer[Any]):
    """An answer there may be, and what it counts."""

    code = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.IntegerField()


class ItemOut(serializers.Serializer[Any]):
    """A question of a tool."""

    code = serializers.CharField()
    text = serializers.CharField()
    help = serializers.CharField(allow_blank=True)
    section = serializers.CharField(allow_blank=True)
    answers = AnswerOut(many=True)


class BandOut(serializers.Serializer[Any]):
    """From which score on the risk is which band."""

    band = serializers.ChoiceField(RiskBand.choices)
    starts = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)


class RiskToolOut(serializers.Serializer[Any]):
    """A version of a risk tool that can be assessed with."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    asks_source = serializers.BooleanField()
    items = ItemOut(many=True)
    bands = BandOut(many=True)


class RiskToolPage(serializers.Serializer[Any]):
    """A page of risk tools, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = RiskToolOut(many=True)


def tool_for(tool: RiskTool) -> dict[str, Any]:
    """A tool with its questions and how it counts."""
    definition = parse(tool.definition)
    return {
        "code": tool.code,
        "version": tool.version,
        "name": tool.name,
        "about": definition.about,
        "asks_source": definition.asks_source,
        "items": [
            {
                "code": item.code,
                "text": item.text,
                "help": item.help,
                "section": item.section,
                "answers": [
                    {"code": code, "text": text, "weight": item.weights.get(code, 0)}
                    for code, text in item.answers.items()
                ],
            }
            for item in definition.items
        ],
        "bands": [
            {"band": band.band, "starts": band.starts, "name": band.label}
            for band in definition.bands
        ],
    }


def assessment_for(opened: OpenedAssessment) -> dict[str, Any]:
    """An opened assessment, as its agency is given it."""
    row, result = opened.row, opened.result
    return {
        "tool": row.tool.code,
        "version": row.tool.version,
        "agency": code_of(row.agency_id),
        "band": row.band,
        "grade": row.grade,
        "effective_band": row.effective_band,
        "score": result.score,
        "is_at_least": result.is_at_least,
        "unanswered": result.unanswered,
        "not_known": result.not_known,
        "answers": dict(opened.answers),
        "sources": dict(opened.sources),
        "source": opened.source,
        "reasons": list(opened.reasons),
        "words": opened.words,
        "reaches_marac": row.reaches_marac,
        "assessed_at": instant(row.assessed_at),
        "recorded_at": instant(row.recorded_at),
    }
