"""What people type into the portal's forms."""

from datetime import timedelta
from typing import Any

from django.utils import timezone


def moment(name: str, at: Any) -> dict[str, str]:
    """The four boxes of a moment."""
    local = timezone.localtime(at)
    boxes = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"{name}_{box}": str(value) for box, value in boxes.items()}


def referral(**changes: Any) -> dict[str, Any]:
    """An officer's answers about somebody in Liverpool, an hour after the visit."""
    return {
        "agreement": "given",
        "method": "in_person",
        "given_name": "Zoë",
        "family_name": "O’Nyström",
        "born_on_day": "23",
        "born_on_month": "4",
        "born_on_year": "1991",
        "phone": "07700 900461",
        "channel": "phone_call",
        "safe_times": ["weekday_mornings"],
        "what_to_say": "Say it is the surgery",
        "postcode": "L3 1BY",
        "harm_strands": ["domestic_abuse"],
        "risk_band": "high",
        "children": "yes",
        "summary": "Threatened at home last night.",
        "crime_reference": "05A1/12345/26",
        "their_given_name": "Alex",
        "their_family_name": "Harte",
        "relationship": "partner",
        **moment("visit_ended_at", timezone.now() - timedelta(hours=1)),
        **changes,
    }


EMERGENCY = {
    "agreement": "life_at_risk",
    "answer": "not_asked_unsafe",
    "reason": "He said he would come back tonight and kill her.",
    "safe_to_tell": "not_safe",
}
NAMES = ("Zoë", "O’Nyström", "Threatened at home", "900461", "900 461", "Alex", "Harte", "L3 1BY")
"""What must not stand on any page before somebody has taken the referral."""
