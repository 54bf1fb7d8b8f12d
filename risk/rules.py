"""Which rule holds in an area on a day, and what reaches its threshold."""

from datetime import date

from directory.harm import RiskBand
from risk.models import AreaRule, RiskTool
from risk.scoring import SEVERITY


def rule_for(area_code: str, on: date) -> AreaRule | None:
    """The rule of an area on a day, with its tool and coordinator; None where none is set."""
    if not area_code:
        return None
    rules = AreaRule.objects.select_related("tool", "coordinator")
    return rules.filter(area_code=area_code, period__contains=on).first()


def band_reaches(rule: AreaRule, band: str) -> bool:
    """Whether a band reaches the threshold of the area's MARAC."""
    return SEVERITY[RiskBand(band)] >= SEVERITY[RiskBand(rule.marac_band)]


def reaches(rule: AreaRule, band: str, tool: RiskTool, score: int) -> bool:
    """Whether an assessment does: by its band, or by its score where the area has that very tool.

    It is a reason to think about the MARAC, never more: whether to refer is a person's judgement.
    """
    by_score = rule.marac_score is not None and rule.tool_id == tool.pk
    return band_reaches(rule, band) or (by_score and score >= (rule.marac_score or 0))
