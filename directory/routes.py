"""How an area takes a referral that a police visit brought."""

from collections.abc import Mapping
from typing import Final

from django.db import models


class Route(models.TextChoices):
    """Which way a referral went. It is never refused for where somebody lives."""

    JOINED = "joined", "In the 24-hour programme"
    ORDINARY = "ordinary", "The area’s ordinary route"
    MARAC_ONLY = "marac_only", "Through MARAC only"
    COORDINATORS = "coordinators", "No desk of its own: the coordinators"

    @property
    def explained(self) -> str:
        """Why it goes where it goes, for whoever refers; nothing where it just does."""
        return _EXPLAINED.get(self, "")


_EXPLAINED: Final[Mapping[str, str]] = {
    Route.ORDINARY: "This area is outside the 24-hour programme: it takes its ordinary route.",
    Route.MARAC_ONLY: (
        "This area’s IDVA service takes no referrals from the police directly, only through MARAC."
        " It goes to those who bring it to MARAC; they see to contact until then."
    ),
    Route.COORDINATORS: (
        "This area is outside the 24-hour programme and has no desk of its own: the programme’s"
        " coordinators see to it."
    ),
}
