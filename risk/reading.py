"""Reading assessments: the list in the clear, one of them opened, and that on record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from referrals import policy
from referrals.compartments import Compartment
from referrals.models import RecordKind, Referral
from referrals.reading import open_case
from risk.definition import Definition
from risk.models import AreaRule, Assessment, RiskTool
from risk.parsing import parse
from risk.rules import band_reaches, rule_for
from risk.scoring import Result, count
from tenancy.work import unit_of_work

LONGEST_NUMBER: Final = 4


@dataclass(frozen=True)
class OpenedAssessment:
    """An assessment with everything it holds sealed. ``number`` is its place on the list."""

    number: int
    row: Assessment
    definition: Definition
    answers: Mapping[str, str]
    sources: Mapping[str, str]
    source: str
    reasons: tuple[str, ...]
    words: str

    @property
    def result(self) -> Result:
        """What the tool makes of the answers. A version never changes, so this is what it made."""
        return count(self.definition, self.answers)


def list_assessments(reference: str, *, by: Membership) -> list[Assessment]:
    """The assessments of a referral's case that the member's agency may open, the first first.

    :raises Referral.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: if it is not theirs to open.
    """
    with unit_of_work(by.context):
        record("risk.list", about=("referral", reference))
        referral = Referral.objects.visible_to(by).get(reference=reference)
        if not policy.may_open(by, referral):
            raise PermissionDenied
        return list(Assessment.objects.all().of([referral.case_id]))


def open_assessments(reference: str, *, by: Membership) -> list[OpenedAssessment]:
    """Open the assessments that the member's agency holds a key for, the first first.

    :raises PermissionDenied: if they are not theirs to open.
    """
    with unit_of_work(by.context):
        case = open_case(reference, by=by, only=[Compartment.RISK], purpose="risk assessment")
        rows = Assessment.objects.all().of([case.referral.case_id]).select_related("sealed")
        said = {
            record.record_id: record.document
            for record in case.records
            if record.kind == RecordKind.ASSESSMENT
        }
        return [
            _opened(number, row, said[row.sealed.record_id])
            for number, row in enumerate(rows, start=1)
        ]


def open_assessment(reference: str, number: int, *, by: Membership) -> OpenedAssessment:
    """Open one assessment, by its place on the list (from 1).

    :raises Assessment.DoesNotExist: if there are not so many.
    :raises PermissionDenied: if it is not theirs to open.
    """
    opened = open_assessments(reference, by=by)
    if not 1 <= number <= len(opened):
        raise Assessment.DoesNotExist
    return opened[number - 1]


def _opened(number: int, row: Assessment, said: Mapping[str, str]) -> OpenedAssessment:
    return OpenedAssessment(
        number=number,
        row=row,
        definition=parse(row.tool.definition),
        answers=json.loads(said["answers"]),
        sources=json.loads(said["sources"]),
        source=said["source"],
        reasons=tuple(said["reasons"].split()),
        words=said["words"],
    )


def marac_threshold_of(referral: Referral) -> AreaRule | None:
    """The area's rule, where the case has reached its threshold; None where it has not.

    By the band it stands at, or by its newest assessment under the rule of that day.
    """
    rule = rule_for(referral.area_code, timezone.localdate())
    if rule is None:
        return None
    newest = Assessment.objects.filter(case=referral.case_id).order_by("-recorded_at", "-id")
    by_score = newest.values_list("reaches_marac", flat=True).first()
    return rule if by_score or band_reaches(rule, referral.risk_band) else None


def tools_in_use() -> list[RiskTool]:
    """The tools that can be assessed with, each in its newest version."""
    newest: dict[str, RiskTool] = {}
    for tool in RiskTool.objects.filter(retired_at=None).order_by("code", "version"):
        newest[tool.code] = tool
    return list(newest.values())


def tool_called(code: str, version: str) -> RiskTool | None:
    """A version of a tool, in use or not: what was begun with it can be shown again."""
    if not version.isascii() or not version.isdigit() or len(version) > LONGEST_NUMBER:
        return None
    return RiskTool.objects.filter(code=code, version=int(version)).first()


def tool_for(area_code: str, on: date) -> RiskTool | None:
    """The tool to offer first: the area's own while it is in use, else the first there is."""
    rule = rule_for(area_code, on)
    if rule and rule.tool and rule.tool.retired_at is None:
        return rule.tool
    return next(iter(tools_in_use()), None)
