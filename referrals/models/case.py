"""The case, how it is found again, and which cases are about the same person."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from referrals.models.facts import ClearFacts


class Case(ClearFacts):
    """One person's episode. Owns the compartments and their keys; holds no word of the story.

    ``epoch`` counts the key changes: every acceptance and every end of access starts a new one.
    ``lead_agency`` answers for the case: the first agency that took it on.
    """

    class Status(models.TextChoices):
        """Whether anybody still works on the case."""

        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    lead_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    epoch = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="referrals_case_epoch_from_one", condition=Q(epoch__gte=1))
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"


class SearchTag(models.Model):
    """A keyed fingerprint of a name and birth date, a phone or a crime reference.

    Per agency and purpose, so that a copy of the table does not show that two agencies know the
    same person (``vault/blind_index.py``). ``of_party`` is of another person in the case: those are
    for conflicts of interest alone, and nobody finds a case by them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    key_version = models.PositiveSmallIntegerField()
    tag = models.BinaryField(max_length=16)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    of_party = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "purpose", "tag"], name="referrals_searchtag_find")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency_id", "purpose", "key_version", "tag", "of_party"],
                name="referrals_searchtag_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} tag of {self.agency_id}"


class CaseLink(models.Model):
    """One agency knows two of its cases to be about the same person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    earlier_case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "case", "earlier_case"], name="referrals_caselink_once"
            ),
            models.CheckConstraint(
                name="referrals_caselink_two_cases", condition=~Q(case=F("earlier_case"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} follows {self.earlier_case_id}"
