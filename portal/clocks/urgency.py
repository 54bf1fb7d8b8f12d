"""What changed outside goes to the top of the desk: few rows, found by their own index."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from visits.models import ChangeOfCircumstance, FollowUp

MOST: int = 50


def urgent(rows: "QuerySet[FollowUp]") -> list[FollowUp]:
    """The follow-ups with a change nobody has dealt with, the most pressing first."""
    open_ones = Prefetch(
        "referral__changes",
        queryset=ChangeOfCircumstance.objects.filter(dealt_with_at=None),
        to_attr="open_changes",
    )
    found = rows.filter(_is_open()).prefetch_related(open_ones)
    return list(found.order_by("due_at", "id")[:MOST])


def others(rows: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """All the rest."""
    return rows.exclude(_is_open())


def _is_open() -> Exists:
    waiting = ChangeOfCircumstance.objects.filter(
        agency=OuterRef("agency_id"), referral=OuterRef("referral_id"), dealt_with_at=None
    )
    return Exists(waiting)
