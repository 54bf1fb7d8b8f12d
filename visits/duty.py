"""Who is on duty. Where no rota is kept, nobody is more than others."""

from datetime import datetime


def on_duty(agency_id: int, at: datetime) -> frozenset[int]:
    """The memberships on duty at an instant; none where no rota is kept."""
    del agency_id, at
    return frozenset()
