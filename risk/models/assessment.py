"""Assessments: what a tool makes of the answers, and what a person makes of it."""

import uuid
from collections.abc import Iterable
from typing import Final

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from directory.harm import RiskBand
from referrals.models import Case, SealedRecord
from risk.models.tool import RiskTool
from risk.scoring import SEVERITY

_BY_SEVERITY: Final = sorted(SEVERITY, key=SEVERITY.__getitem__)


def _is_the_graver() -> Q:
    """The effective band is the graver of the tool's and the person's: no score lowers a grade."""
    found = Q()
    for nth, band in enumerate(_BY_SEVERITY):
        found |= Q(effective_band=band) & (
            Q(band=band, grade__in=["", *_BY_SEVERITY[: nth + 1]])
            | Q(grade=band, band__in=_BY_SEVERITY[: nth + 1])
        )
    return found


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments, in the order they were recorded."""

    def of(self, case_ids: Iterable[uuid.UUID]) -> "AssessmentQuerySet":
        """Those of some cases, the first first, with who made them and with which tool."""
        found = self.filter(case__in=case_ids).select_related("tool", "agency", "by__user")
        return found.order_by("recorded_at", "id")


class Assessment(models.Model):
    """One assessment of a case's risk. Written once: a change is another assessment.

    In the clear stand which tool, the bands, who and when. The answers, the score, the reasons
    and every word are in ``sealed``; who may open that compartment may see this row, nobody else.
    ``grade`` is the person's own (empty: none given), ``effective_band`` the graver of the two.
    ``reaches_marac`` says whether it reached the area's threshold under the rule of that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assessments")
    sealed = models.OneToOneField(SealedRecord, on_delete=models.CASCADE, related_name="+")
    tool = models.ForeignKey(RiskTool, on_delete=models.PROTECT, related_name="+")
    band = models.CharField(max_length=40, choices=RiskBand)
    grade = models.CharField(max_length=40, choices=RiskBand, blank=True)
    effective_band = models.CharField(max_length=40, choices=RiskBand)
    unanswered = models.PositiveSmallIntegerField()
    reaches_marac = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="risk_assessment_never_below_the_grade", condition=_is_the_graver()
            ),
            models.CheckConstraint(
                name="risk_assessment_grade_is_a_grade", condition=~Q(grade=RiskBand.NOT_ASSESSED)
            ),
        ]
        indexes = [
            models.Index(fields=["case", "recorded_at", "id"], name="risk_assessment_of_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.effective_band} at {self.recorded_at:%Y-%m-%d %H:%M}"
