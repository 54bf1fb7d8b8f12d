"""Every column of risk is bounded, and what tells is in none of them: it is sealed elsewhere."""

from django.apps import apps
from django.contrib.postgres.fields import DateRangeField
from django.db import models

# Words in the clear that no list of codes bounds, each with its reason. None is about a person.
CLEAR_WORDS = {
    "RiskTool.code": "what the operator calls a tool",
    "RiskTool.name": "what its file calls it",
    "RiskTool.definition": "the file: questions, never answers",
}
BOUND = (
    models.UUIDField,
    models.ForeignKey,
    models.DateTimeField,
    models.BooleanField,
    models.IntegerField,
    DateRangeField,
)


def test_every_column_is_bounded_or_explained():
    loose = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("risk").get_models()
        for field in model._meta.concrete_fields  # noqa: SLF001 -- Django's own way to the fields
        if not field.choices and not isinstance(field, BOUND)
    }

    assert loose == CLEAR_WORDS.keys()


def test_an_assessment_holds_no_score_no_answer_and_no_word():
    fields = {field.name for field in apps.get_model("risk.Assessment")._meta.concrete_fields}  # noqa: SLF001 -- likewise

    assert fields == {
        "id",
        "case",
        "sealed",
        "tool",
        "band",
        "grade",
        "effective_band",
        "unanswered",
        "reaches_marac",
        "agency",
        "by",
        "assessed_at",
        "recorded_at",
    }
