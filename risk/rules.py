"""Which rule holds in an area on a day."""

from datetime import date

from risk.models import AreaRule


def rule_for(area_code: str, on: date) -> AreaRule | None:
    """The rule of an area on a day, with its tool and coordinator; None where none is set."""
    if not area_code:
        return None
    rules = AreaRule.objects.select_related("tool", "coordinator")
    return rules.filter(area_code=area_code, period__contains=on).first()
