"""Conflicts of interest: whom staff know, as fingerprints, and which cases are none of theirs."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Agency, Membership
from directory.conflicts import LiftReason, Relation
from referrals.models.case import Case


class ConflictTag(models.Model):
    """A keyed fingerprint of somebody that a member of staff knows, or of themself.

    Under the same keys and in the same spelling as :class:`SearchTag`, so that a match is two equal
    tags of one agency. What was declared at once shares its ``declaration``. The tag is no column
    that the web role may read: only the functions that look for matches do.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    declaration = models.UUIDField()
    relation = models.CharField(max_length=20, choices=Relation)
    purpose = models.CharField(max_length=20)
    key_version = models.PositiveSmallIntegerField()
    tag = models.BinaryField(max_length=16)
    declared_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "purpose", "tag"], name="referrals_conflicttag_find"),
            models.Index(fields=["membership"], name="referrals_conflicttag_whose"),
        ]
        constraints = [
            models.CheckConstraint(
                name="referrals_conflicttag_known_relation",
                condition=Q(relation__in=sorted(Relation.values)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.relation} of {self.membership_id}"


class ConflictBlock(models.Model):
    """A case does not exist for somebody, because of one thing they declared.

    Made by the functions of ``0009_conflicts`` alone. Lifted by an administrator it stays, so that
    the same match is not made again. ``told_at`` is when it was looked at whether the case was in
    this person's hands, and those who see to the team's work were told. The case is named without a
    constraint: its check would lock the case's row, and a declaration would wait for whoever works
    on it, who waits for it. ``by_joining`` is set where it was found in a case that this one is
    joined with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="conflict_blocks"
    )
    because = models.ForeignKey(ConflictTag, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True, blank=True)
    by_joining = models.ForeignKey(
        "referrals.JoinedCase",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lift_reason = models.CharField(max_length=20, choices=LiftReason, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["membership", "case"],
                condition=Q(lifted_at=None),
                name="referrals_conflictblock_whose",
            ),
            models.Index(
                fields=["id"],
                condition=Q(told_at=None, lifted_at=None),
                name="referrals_conflictblock_untold",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "because"], name="referrals_conflictblock_once"
            ),
            models.CheckConstraint(
                name="referrals_conflictblock_lifted_says_by_whom_and_why",
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | Q(
                    lifted_at__isnull=False,
                    lifted_by__isnull=False,
                    lift_reason__in=sorted(LiftReason.values),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} not for {self.membership_id}"
