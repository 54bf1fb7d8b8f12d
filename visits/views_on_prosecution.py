"""What she has said of prosecution, as her agency may read it."""

from referrals.models import Referral
from visits.models import ProsecutionView


def views_of(referral: Referral) -> list[ProsecutionView]:
    """Her views on prosecution, the newest first; none is "not asked"."""
    kept = ProsecutionView.objects.filter(case=referral.case_id)
    return list(kept.select_related("by__user", "agency").order_by("-recorded_at", "-id"))
