"""Two cases of one person, which one agency leads."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.reasons import JoinReason, PartReason
from referrals.models.case import Case


class JoinedCase(models.Model):
    """The agency that leads both cases found that they are about one person.

    Nothing moves between them: keys, grants, records and clocks stay where they are, so nobody can
    open more than before. A conflict of interest found in either, and contact that is held in
    either, counts in both. Parted, the row stays. ``first`` and ``second`` are in the order of ids.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=JoinReason)
    joined_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    part_reason = models.CharField(max_length=20, choices=PartReason, blank=True)
    parted_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    parted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referrals_joinedcase_two_in_order", condition=Q(first__lt=F("second"))
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(parted_at=None),
                name="referrals_joinedcase_once",
            ),
            models.CheckConstraint(
                name="referrals_joinedcase_parted_says_by_whom_and_why",
                condition=Q(parted_at=None, parted_by=None, part_reason="")
                | Q(parted_at__isnull=False, parted_by__isnull=False) & ~Q(part_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
