"""Risk tools, which area uses which, and assessments made with them."""

from risk.models.area import AreaRule, ConsentRule
from risk.models.assessment import Assessment
from risk.models.tool import RiskTool

__all__ = ["AreaRule", "Assessment", "ConsentRule", "RiskTool"]
