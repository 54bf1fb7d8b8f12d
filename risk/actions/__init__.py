"""Every write of risk."""

from risk.actions.assessing import NewAssessment, assess
from risk.actions.loading import load, retire

__all__ = ["NewAssessment", "assess", "load", "retire"]
