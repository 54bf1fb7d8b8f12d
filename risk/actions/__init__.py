"""Every write of risk."""

from risk.actions.loading import load, retire

__all__ = ["load", "retire"]
