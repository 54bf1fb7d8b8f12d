"""How each area answers, version after version."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from directory.areas import AREA_CHOICES


class Programme(models.Model):
    """How one area answers, in one period. Areas join the 24-hour programme one by one.

    An area that has not joined still has a ``desk``: its ordinary route.
    """

    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    period = DateRangeField()
    is_joined = models.BooleanField()
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    target_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="visits_programme_one_version_at_a_time",
                expressions=[
                    ("area_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="visits_programme_target_within_a_week",
                condition=Q(target_hours__gte=1, target_hours__lte=168),
            ),
        ]

    def __str__(self) -> str:
        return f"Programme of {self.area_code}"
