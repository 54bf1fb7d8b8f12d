"""What differs from area to area: the tool, the threshold, consent, and who coordinates."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from directory.areas import AREA_CHOICES
from directory.harm import RiskBand
from risk.models.tool import RiskTool


class ConsentRule(models.TextChoices):
    """When a case may go to the area's MARAC without her agreement.

    Places differ: one takes it from a higher score on
    (https://www.cambsdasv.org.uk/make_a_referral), another with supporting evidence
    (https://safe2speak.co.uk/information-for-professionals/). Where it is allowed at all, it is a
    reasoned decision that a second person approves.
    """

    NEEDED = "needed", "Only with their agreement"
    AT_THRESHOLD = "at_threshold", "Without agreement from a threshold on, with a second person"
    WITH_GROUNDS = "with_grounds", "Without agreement on written grounds, with a second person"


class AreaRule(models.Model):
    """How one area judges risk and comes to its MARAC, in one period.

    ``tool`` is empty where the area's own is not loaded: then only bands and judgement count.
    The threshold is reached from ``marac_band`` on, or from ``marac_score`` on by that very tool;
    no other tool's score means anything here. Which way the police refer is the programme's to
    say (``visits.models.Programme``).
    """

    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    period = DateRangeField()
    tool = models.ForeignKey(
        RiskTool, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    marac_band = models.CharField(max_length=40, choices=RiskBand, default=RiskBand.HIGH)
    marac_score = models.PositiveSmallIntegerField(null=True, blank=True)
    consent_rule = models.CharField(max_length=20, choices=ConsentRule)
    coordinator = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="risk_arearule_one_at_a_time",
                expressions=[
                    ("area_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="risk_arearule_band_is_one", condition=~Q(marac_band=RiskBand.NOT_ASSESSED)
            ),
            models.CheckConstraint(
                name="risk_arearule_scores_are_a_tools",
                condition=Q(tool__isnull=False) | Q(marac_score=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Rule of {self.area_code}"
