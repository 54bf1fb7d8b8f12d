"""What a visit needs of whoever goes, and who must not go. Known to the agency that goes, alone."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, Membership
from directory.abilities import AdviserGender, Language, Specialism
from visits.models.follow_up import FollowUp


class VisitNeeds(models.Model):
    """What is wanted of the adviser, in codes. ``…_is_must``: nobody else is to go."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="needs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, choices=Language, blank=True)
    language_is_must = models.BooleanField(default=False)
    gender = models.CharField(max_length=10, choices=AdviserGender, blank=True)
    gender_is_must = models.BooleanField(default=False)
    specialisms = ArrayField(models.CharField(max_length=30, choices=Specialism), default=list)
    minutes = models.PositiveSmallIntegerField(default=60)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_visitneeds_minutes_of_a_visit",
                condition=Q(minutes__gte=5, minutes__lte=240),
            ),
            models.CheckConstraint(
                name="visits_visitneeds_must_says_what",
                condition=(Q(language_is_must=False) | ~Q(language=""))
                & (Q(gender_is_must=False) | ~Q(gender="")),
            ),
            models.CheckConstraint(
                name="visits_visitneeds_known_specialisms",
                condition=Q(specialisms__contained_by=sorted(Specialism.values)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes"


class Conflict(models.Model):
    """This person must not visit there. Why is nobody's business but theirs, so it is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="conflicts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    declared_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "membership"], name="visits_conflict_declared_once"
            )
        ]

    def __str__(self) -> str:
        return f"Conflict of {self.membership_id}"
