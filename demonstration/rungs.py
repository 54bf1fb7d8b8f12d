"""What a rung is that no sweep has taken yet."""

from typing import Final

UNCLAIMED: Final[dict[str, object]] = {
    "attempts": 0,
    "crashes": 0,
    "lease_until": None,
    "parked_at": None,
    "parked_for": "",
}
