"""What help exists: the services that agencies offer, as everybody who refers may see them.

A service says where its help is offered, never where it is given: there is no address here, so
none of a refuge can leak from it. Nor is there who waits, a worker's name or a direct number.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from directory.ages import OLDEST
from directory.areas import AREA_CHOICES, AREAS
from directory.harm import Need

LONGEST_ANSWER_HOURS = 14 * 24
LONGEST_WAIT_WEEKS = 52


class ServiceStatus(models.TextChoices):
    """Is it open to referrals? Open Referral UK's words, without `defunct`: dates say that."""

    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    TEMPORARILY_CLOSED = "temporarily_closed", "Temporarily closed"


class Service(models.Model):
    """Help an agency offers: for which needs, where, to whom, and while which contract runs.

    Catchments overlap councils and contracts end, so a service says its areas and its dates; the
    day of `valid_to` still counts. `languages` (BCP 47) are those spoken besides English, without
    an interpreter. `wait_weeks` is about how long people wait just now, where they do.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="services",
        db_index=False,  # the unique constraint's index begins with it
    )
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=500, blank=True)
    needs = ArrayField(models.CharField(max_length=40, choices=Need))
    areas = ArrayField(models.CharField(max_length=9, choices=AREA_CHOICES))
    minimum_age = models.PositiveSmallIntegerField(default=0)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    status = models.CharField(max_length=20, choices=ServiceStatus, default=ServiceStatus.ACTIVE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    answer_within_hours = models.PositiveSmallIntegerField(default=48)
    wait_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    accepts_online = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [
            # Not GIN over needs and areas: row-level security is asked before array operators may
            # be (they are not leakproof), so such an index would never be used.
            models.Index(
                fields=["name", "id"],
                name="directory_service_open",
                condition=Q(status=ServiceStatus.ACTIVE, accepts_online=True),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "name"], name="directory_service_named_once_an_agency"
            ),
            models.CheckConstraint(
                name="directory_service_meets_known_needs",
                condition=Q(needs__contained_by=Need.values) & ~Q(needs=[]),
            ),
            models.CheckConstraint(
                name="directory_service_covers_known_areas",
                condition=Q(areas__contained_by=list(AREAS)) & ~Q(areas=[]),
            ),
            models.CheckConstraint(
                name="directory_service_ages_in_order",
                condition=Q(minimum_age__lte=OLDEST)
                & (Q(maximum_age=None) | Q(maximum_age__gte=F("minimum_age"))),
            ),
            models.CheckConstraint(
                name="directory_service_status_is_known",
                condition=Q(status__in=ServiceStatus.values),
            ),
            models.CheckConstraint(
                name="directory_service_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="directory_service_waits_a_year_at_most",
                condition=Q(wait_weeks=None) | Q(wait_weeks__range=(1, LONGEST_WAIT_WEEKS)),
            ),
            models.CheckConstraint(
                name="directory_service_answers_within_a_fortnight",
                condition=Q(answer_within_hours__range=(1, LONGEST_ANSWER_HOURS)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
