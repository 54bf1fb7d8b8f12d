"""How each area answers, version after version."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact, IsNull

from accounts.models import Agency
from directory.areas import AREA_CHOICES
from directory.routes import Route
from directory.safe_times import windows_from_json
from visits.clock import Window

_KIND_OF_LADDER = models.Func(F("ladder"), function="jsonb_typeof", output_field=models.TextField())
_FIRST_STEP = models.Func(
    F("ladder"), template="(%(expressions)s -> 0)", output_field=models.JSONField()
)


class Programme(models.Model):
    """How one area answers, in one period. Areas join the 24-hour programme one by one.

    An area that has not joined still has a ``desk``: its ordinary route, or, where it takes no
    direct referrals, whoever brings them to MARAC. The hours count from the end of the police
    visit; ``visiting_hours`` are weekly windows of the wall clock, none meaning all hours.
    ``ladder`` says who is woken when (``visits/ladder_files.py``), none meaning the house's own.
    """

    area_code = models.CharField(max_length=9, choices=AREA_CHOICES)
    period = DateRangeField()
    is_joined = models.BooleanField()
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    takes_direct = models.BooleanField(default=True)
    target_hours = models.PositiveSmallIntegerField(default=24)
    earliest_hours = models.PositiveSmallIntegerField(default=0)
    latest_hours = models.PositiveSmallIntegerField(default=24)
    visiting_hours = models.JSONField(default=list, blank=True)
    ladder = models.JSONField(null=True, blank=True)
    attempts_expected = models.PositiveSmallIntegerField(default=3)

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
            models.CheckConstraint(
                name="visits_programme_window_in_order",
                condition=Q(earliest_hours__lt=F("latest_hours"), latest_hours__lte=336),
            ),
            models.CheckConstraint(
                name="visits_programme_visit_no_earlier_than_contact",
                condition=Q(latest_hours__gte=F("target_hours")),
            ),
            models.CheckConstraint(
                name="visits_programme_joined_takes_direct",
                condition=Q(is_joined=False) | Q(takes_direct=True),
            ),
            models.CheckConstraint(
                name="visits_programme_attempts_between_1_and_20",
                condition=Q(attempts_expected__gte=1, attempts_expected__lte=20),
            ),
            models.CheckConstraint(
                name="visits_programme_ladder_has_steps",
                condition=Q(ladder__isnull=True)
                | Q(Exact(_KIND_OF_LADDER, "array")) & Q(IsNull(_FIRST_STEP, False)),  # noqa: FBT003 -- Django's
            ),
        ]

    def __str__(self) -> str:
        return f"Programme of {self.area_code}"

    @property
    def route(self) -> Route:
        """How the area takes referrals under this version."""
        if self.is_joined:
            return Route.JOINED
        return Route.ORDINARY if self.takes_direct else Route.MARAC_ONLY

    @property
    def window(self) -> Window:
        """What the clocks are set from."""
        return Window(
            target=timedelta(hours=self.target_hours),
            earliest=timedelta(hours=self.earliest_hours),
            latest=timedelta(hours=self.latest_hours),
            visiting=windows_from_json(self.visiting_hours),
        )
