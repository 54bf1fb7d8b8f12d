"""Rules, holds, disposals, what is left of a case, and the ledger that outlives a restore.

A case is named by its id and no constraint: these rows are there when it is not.
"""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Agency, AgencyKind, Membership
from directory.harm import HarmStrand
from directory.retention import DisposalReason, HoldKind, LedgerKind


class RetentionRule(models.Model):
    """How many months a kind of agency keeps a case after the last activity on it, in a period.

    An empty ``harm_strand`` is for every case; of those that fit the longest counts.
    ``months_with_children`` is for cases with children, or about one.
    """

    agency_kind = models.CharField(max_length=20, choices=AgencyKind)
    harm_strand = models.CharField(max_length=40, choices=HarmStrand, blank=True)
    period = DateRangeField()
    months = models.PositiveSmallIntegerField()
    months_with_children = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="retention_rule_one_version_at_a_time",
                expressions=[
                    ("agency_kind", RangeOperators.EQUAL),
                    ("harm_strand", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="retention_rule_children_no_shorter",
                condition=Q(months__gte=1, months_with_children__gte=F("months")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_kind} {self.harm_strand or 'every case'}: {self.months} months"


class Hold(models.Model):
    """Something that keeps a case, for every agency, until it is lifted. ``review_on`` is when
    whoever placed it looks whether it still stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=20, choices=HoldKind)
    placed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="retention_hold_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case_id", "agency", "kind"],
                condition=Q(lifted_at=None),
                name="retention_hold_once_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} hold on {self.reference}"


class Disposal(models.Model):
    """An agency's request to let go of its copy of a case, and what a second person said.

    ``done_at`` is when it went; ``was_last`` says that nobody else kept it, so the case is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, choices=DisposalReason)
    rule = models.ForeignKey(
        RetentionRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_approved = models.BooleanField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    was_last = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="retention_disposal_answered_whole",
                condition=Q(answered_at=None, answered_by=None, is_approved=None)
                | Q(
                    answered_at__isnull=False, answered_by__isnull=False, is_approved__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="retention_disposal_second_person",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="retention_disposal_done_was_approved",
                condition=Q(done_at=None, was_last=None)
                | Q(done_at__isnull=False, was_last__isnull=False, is_approved=True),
            ),
            models.CheckConstraint(
                name="retention_disposal_by_a_rule_or_a_reason",
                condition=~Q(reason=DisposalReason.TIME_IS_UP) | Q(rule__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case_id", "agency"],
                condition=Q(answered_at=None),
                name="retention_disposal_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Disposal of {self.reference}"


class Tombstone(models.Model):
    """All that is left of an erased case: what it was called, when it went, and on whose word."""

    case_id = models.UUIDField(primary_key=True)
    references = ArrayField(models.CharField(max_length=12))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=DisposalReason)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{', '.join(self.references)} erased on {self.erased_at:%Y-%m-%d}"


class LedgerLine(models.Model):
    """What a backup from before would undo. Copied out to a file that no backup brings back.

    ``replayed_at`` is set where it came back from that file, and was done again.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=LedgerKind)
    case_id = models.UUIDField()
    agency_id = models.BigIntegerField()
    reason = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(db_default=Now())
    copied_at = models.DateTimeField(null=True, blank=True)
    replayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="retention_ledger_to_copy", condition=Q(copied_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.case_id}"
