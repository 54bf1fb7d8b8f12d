"""Requests for what is held, and what of it is taken out. No word of the case is in these rows."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Membership
from directory.disclosure import Footing, HeldBack, RefusalReason, RequestKind, ToldThem
from referrals.models import Case


class DisclosureRequest(models.Model):
    """One request about one case of the agency, from its receipt to what became of it.

    ``reference`` is what the agency calls the case. The first reviewer says of everything whether
    it goes out; the second, who is somebody else, stands behind it or sends it back, which leaves
    both empty again. ``sha256`` is of what was given out last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=20, choices=RequestKind)
    footing = models.CharField(max_length=20, choices=Footing, blank=True)
    told_them = models.CharField(max_length=20, choices=ToldThem)
    received_on = models.DateField()
    due_on = models.DateField()
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    first_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    first_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    second_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=20, choices=RefusalReason, blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disclosure_request_reviewed_in_order",
                condition=Q(first_by=None, first_at=None, second_by=None, second_at=None)
                | Q(first_by__isnull=False, first_at__isnull=False, second_by=None, second_at=None)
                | Q(
                    first_by__isnull=False,
                    first_at__isnull=False,
                    second_by__isnull=False,
                    second_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="disclosure_request_two_reviewers",
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
            ),
            models.CheckConstraint(
                name="disclosure_request_given_after_both",
                condition=Q(given_at=None, sha256="")
                | Q(given_at__isnull=False, second_by__isnull=False) & ~Q(sha256=""),
            ),
            models.CheckConstraint(
                name="disclosure_request_refused_says_why",
                condition=Q(refused_at=None, refusal="")
                | Q(refused_at__isnull=False, given_at=None) & ~Q(refusal=""),
            ),
            models.CheckConstraint(
                name="disclosure_request_others_need_a_footing",
                condition=Q(kind=RequestKind.SUBJECT_ACCESS, footing="")
                | ~Q(kind=RequestKind.SUBJECT_ACCESS) & ~Q(footing=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="disclosure_request_open",
                condition=Q(given_at=None, refused_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.reference}"


class Redaction(models.Model):
    """What becomes of one field of one version of a record: all of it out, or these spans.

    ``spans`` are pairs of offsets into the text, so that nothing of it stands here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        DisclosureRequest, on_delete=models.CASCADE, related_name="redactions"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    record_id = models.UUIDField()
    version = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    is_all = models.BooleanField()
    spans = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=20, choices=HeldBack, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "record_id", "field"], name="disclosure_redaction_once"
            ),
            models.CheckConstraint(
                name="disclosure_redaction_says_why",
                condition=Q(is_all=False, spans=[], reason="")
                | (Q(is_all=True, spans=[]) | Q(is_all=False) & ~Q(spans=[])) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.record_id}"
