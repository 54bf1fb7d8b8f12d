"""Risk tools, and which area uses which, since when."""

from risk.models.area import AreaRule, ConsentRule, PoliceRoute
from risk.models.tool import RiskTool

__all__ = ["AreaRule", "ConsentRule", "PoliceRoute", "RiskTool"]
