"""Assessments with the tool that is shipped: 20 questions, medium from 14 points, high from 28."""

import json
from pathlib import Path

from django.conf import settings

from risk import actions
from risk.parsing import parse

TOOL = parse(
    json.loads((Path(settings.BASE_DIR) / "data" / "risk_tools" / "harbour.json").read_text())
)
NOTHING = {"yes_no": "no", "frequency": "never"}
WORST = {"yes_no": "yes", "frequency": "all_the_time"}
ALL_NO = {item.code: NOTHING[item.scale] for item in TOOL.items}
ALL_YES = {item.code: WORST[item.scale] for item in TOOL.items}
SOME = {**ALL_NO, "breath_stopped": "yes", "life_threatened": "yes", "parting": "yes"}
"""15 points: medium."""


def an_assessment(answers=ALL_NO, **changes):
    """An assessment with the shipped tool; standard, unless it is answered otherwise."""
    given = {"tool": "harbour", "version": 1, "answers": answers}
    return actions.NewAssessment(**{**given, **changes})
